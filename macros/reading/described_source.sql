{#-
    What Python says of the input behind a var (segmentation/inputs/describe.py, Source):
    where its rows are and how they read. Found once per model, when it is compiled, so
    that the compiled SQL shows it all; a problem stops the build.
-#}
{% macro described_source(input) -%}
    {#- Asked while parsing too: dbt then knows that a model of yours comes first. -#}
    {%- set value = source_value(input) -%}
    {%- if not execute -%}
        {{ return({
            'parts': [], 'types': {}, 'date_formats': ['iso'], 'date_replacements': [],
            'statuses': {}, 'line_deductions': [], 'order_deductions': [], 'rows': [],
        }) }}
    {%- endif -%}
    {%- set answered = ask_inputs(input_request(input, value)) -%}
    {%- if answered.problem -%}
        {%- do exceptions.raise_compiler_error(answered.problem) -%}
    {%- endif -%}
    {{ return(answered) }}
{%- endmacro %}


{#-
    One question to `segmentation.inputs`; where it is about a table, with what the
    engine says of that.
-#}
{% macro ask_inputs(request) -%}
    {%- set answered = fromjson(ask_python('segmentation_inputs', tojson(request))) -%}
    {%- if answered.kind == 'table' -%}
        {%- do request.update({'table': described_table(request['value'])}) -%}
        {{ return(fromjson(ask_python('segmentation_inputs', tojson(request)))) }}
    {%- endif -%}
    {{ return(answered) }}
{%- endmacro %}


{#- Where rows are; of `ref:model`, a model of the project that this one is inside of. -#}
{% macro source_value(input) -%}
    {%- set value = var(input) -%}
    {%- if is_model(value) -%} {{ return(ref(*value[4:].split('.')) | string) }} {%- endif -%}
    {{ return(value) }}
{%- endmacro %}

{% macro is_model(value) -%}
    {{ return(value is string and value.startswith('ref:')) }}
{%- endmacro %}


{% macro input_request(input, value, ask='source') -%}
    {%- set settings = {} -%}
    {%- for name in [
        'status_meanings', 'cancelled_statuses', 'order_columns', 'discount_kind',
        'discount_taken_off', 'discount_products', 'cancellation_prefix', 'not_goods',
        'guest_ids', 'time_zone', 'source_time_zone', 'currency', 'repeated_orders',
        'confirmed', 'exclusion_rule_sets', 'open_questions', 'contact_columns',
        'consent_column',
    ] -%}
        {%- do settings.update({name: var(name)}) -%}
    {%- endfor -%}
    {#- How lists reach a customer has the name contact_columns. -#}
    {%- set singular = 'campaign_contact' if input == 'contacts' else input[:-1] -%}
    {%- set condition_columns = [] -%}
    {%- if input == 'campaigns' and var('campaigns') is not none -%}
        {%- for node in graph.nodes.values() if node.name == 'customer_segments' -%}
            {%- do condition_columns.extend(node.columns) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return({
        'ask': ask,
        'var': input,
        'value': value,
        'transactions': var('transactions'),
        'columns': var(singular ~ '_columns'),
        'format': var(singular ~ '_format'),
        'currency': var('currency'),
        'exchange_rates': var('exchange_rates'),
        'is_check': var('check_rows') is not none,
        'settings': settings,
        'condition_columns': condition_columns,
        'as_of_date': none if var('as_of_date') is none else var('as_of_date') | string,
    }) }}
{%- endmacro %}


{% macro transaction_column_names() -%}
    {{ return([
        'customer_id', 'ordered_at', 'order_id', 'product_id', 'category', 'amount',
        'quantity', 'unit_price', 'discount', 'channel', 'currency', 'status',
        'order_amount', 'refunded_amount', 'shipping', 'tax', 'updated_at',
    ]) }}
{%- endmacro %}
