-- depends_on: {{ ref('erased_customers') }}
-- depends_on: {{ ref('exclusion_rules') }}
-- Each file of the source with a hash of its state and of how it is read. A source that
-- is not files (a table, the demo data) is one part, which is always read; and so are
-- all files where only together they tell which row is a copy of another, which order a
-- later one holds again, over which lines an order's money is shared out, or whether what
-- was taken back was ever sold.
{% set source = described_source('transactions') %}
{% set question = {
    'transactions': var('transactions'),
    'source': source,
    'project': project_fingerprint(),
    'rules': [exclusion_rules(source), is_erased('customer_id')],
} %}
{% set is_one_part = not execute or var('drop_exact_duplicates')
    or source.files or source.undoes_lines or source.has_order_money
    or var('transactions') in [none, 'completejourney', 'sample'] %}
{% set files = [] if is_one_part
    else fromjson(ask_python('segmentation_source_files', tojson(question))) %}
{% for file in files or [{'path': none, 'fingerprint': none}] %}
select
    cast({{ 'null' if file.path is none else sql_text(file.path) }} as varchar)
        as source_file,
    cast(
        {{ 'null' if file.fingerprint is none else sql_text(file.fingerprint) }}
        as varchar
    ) as fingerprint
{{ "union all" if not loop.last }}
{% endfor %}
