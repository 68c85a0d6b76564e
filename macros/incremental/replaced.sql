{#-
    Tables and views on DuckDB, replaced in one transaction: where a build fails or is
    killed, the one before stays. dbt-duckdb makes each under another name and renames
    twice, which takes longer than most tables take to make. Only a Python model needs
    another name: it writes over a connection of its own.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set table = this.incorporate(type='table') -%}
    {%- do run_hooks(pre_hooks) -%}
    {%- if model.language == 'python' -%}
        {%- set made = make_intermediate_relation(table) -%}
        {%- do drop_relation_if_exists(load_cached_relation(made)) -%}
        {%- call statement('main', language='python') -%}
            {{ create_table_as(false, made, compiled_code, 'python') }}
        {%- endcall -%}
        {%- do drop_in_transaction() -%}
        {%- call statement('rename') -%}
            alter table {{ made }} rename to {{ adapter.quote(table.identifier) }}
        {%- endcall -%}
    {%- else -%}
        {%- do drop_in_transaction() -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, table, compiled_code) }}
        {%- endcall -%}
    {%- endif -%}
    {%- do run_hooks(post_hooks) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set view = this.incorporate(type='view') -%}
    {%- do run_hooks(pre_hooks) -%}
    {%- do drop_in_transaction() -%}
    {%- call statement('main') -%}
        {{ create_view_as(view, compiled_code) }}
    {%- endcall -%}
    {%- do run_hooks(post_hooks) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [view]}) }}
{% endmaterialization %}

{% macro drop_in_transaction() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- call statement('drop') -%}
        drop {{ existing.type if existing else 'table' }} if exists {{ this }}
    {%- endcall -%}
{%- endmacro %}
