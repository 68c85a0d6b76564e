{#-
    What could surprise about how the input was read, as rows for int_input_quality:
    a list of mappings with check_name, verdict and detail.
-#}
{% macro input_notes(source) -%}
    {%- set off = {
        'order_id': 'what a customer buys on one day is one order',
        'category': 'features by category are off',
        'discount': 'discount_share is off',
        'channel': 'channel_share is off',
        'quantity': 'returns are seen by a negative amount or the status only',
        'product_id': 'rules that leave products out have nothing to look at',
    } -%}
    {%- set notes = [] -%}
    {%- if source.parts -%}
        {%- do notes.append({
            'check_name': 'time_zone',
            'verdict': 'info',
            'detail': 'days are cut in ' ~ source.time_zone
                ~ '; times without an offset are in ' ~ source.source_time_zone,
        }) -%}
        {%- do notes.append({
            'check_name': 'money',
            'verdict': 'info',
            'detail': 'money is ' ~ money_read(source),
        }) -%}
        {%- if var('left_out_reason') is not none -%}
            {%- do notes.append({
                'check_name': 'left_out_reason',
                'verdict': 'info',
                'detail': 'up to ' ~ (100 * var('left_out_share_maximum')) | round(1)
                    ~ '% left out is accepted: ' ~ var('left_out_reason'),
            }) -%}
        {%- endif -%}
        {%- for column, effect in off.items() if not has_column(source, column) -%}
            {%- do notes.append({
                'check_name': 'unmapped_' ~ column,
                'verdict': 'info',
                'detail': column ~ ' is not mapped: ' ~ effect,
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for note in source.get('notes', []) -%}
        {%- do notes.append({
            'check_name': 'input_note_' ~ loop.index,
            'verdict': 'warn',
            'detail': note,
        }) -%}
    {%- endfor -%}
    {{ return(notes) }}
{%- endmacro %}


{#- What the user's books say, as rows of month, measure and value. -#}
{% macro control_totals() -%}
    {%- if not execute or not var('control_totals') -%} {{ return([]) }} {%- endif -%}
    {{ return(
        ask_inputs({'ask': 'controls', 'totals': var('control_totals')}).rows
    ) }}
{%- endmacro %}


{#- In words: what of the source is money. -#}
{% macro money_read(source) -%}
    {%- set has = source.types -%}
    {%- set words = [] -%}
    {%- if 'order_amount' in has -%}
        {%- do words.append("the order's amount, once an order") -%}
    {%- elif 'amount' in has -%}
        {%- do words.append('the amount of each line') -%}
    {%- else -%}
        {%- do words.append('quantity times unit price') -%}
    {%- endif -%}
    {%- for name in deductions(source, false) + deductions(source, true) -%}
        {%- do words.append('less ' ~ name) -%}
    {%- endfor -%}
    {%- if 'refunded_amount' in has -%}
        {%- do words.append('less what was paid back, once an order') -%}
    {%- endif -%}
    {%- if 'discount' in has and var('discount_taken_off') -%}
        {%- do words.append('discounts are off already') -%}
    {%- endif -%}
    {{ words | join(', ') }}
{%- endmacro %}
