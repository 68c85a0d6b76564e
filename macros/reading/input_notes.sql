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
