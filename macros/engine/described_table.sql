{#- Columns, types and a few rows of a table of the catalog: see macros/sources.sql. -#}
{% macro spark__described_table(name) -%}
    {{ return(adapter.described_table(name)) }}
{%- endmacro %}
