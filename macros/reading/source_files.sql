{#- Each file of the source with a hash of its state and of how it is read. -#}
{% macro source_files() -%}
    {%- if not execute or var('transactions') in [none, 'completejourney', 'sample'] -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set source = transactions_source() -%}
    {#- Only all files together tell which row is a copy of another, which order a later
        file holds again, over which lines an order's money is shared out, and whether
        what was taken back was sold. -#}
    {%- if var('drop_exact_duplicates') or source.files or source.undoes_lines
        or has_order_money(source) -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(fromjson(ask_python('segmentation_source_files', tojson({
        'transactions': var('transactions'),
        'source': source,
        'project': project_fingerprint(),
        'rules': [exclusion_rules(source), is_erased('customer_id')],
    })))) }}
{%- endmacro %}

{#- Whether any row of the source is left out; true before they are counted. -#}
{% macro has_rejected_rows(source_months) -%}
    {%- if not execute or load_relation(source_months) is none -%} {{ return(true) }} {%- endif -%}
    {%- set rows = run_query(
        'select count(*) from ' ~ source_months ~ ' where reason is not null'
    ) -%}
    {{ return(rows.columns[0][0] > 0) }}
{%- endmacro %}
