{#- Columns, types and a few rows of a table of this or an attached database. -#}
{% macro described_table(name) -%}
    {%- if target.type == 'sparksession' -%} {{ return(adapter.described_table(name)) }} {%- endif -%}
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
