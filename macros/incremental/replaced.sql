{#-
    Tables and views on DuckDB, replaced in one statement or one transaction: where a
    build fails or is killed, the one before stays. dbt-duckdb makes each under another
    name and renames twice, which takes longer than most tables take to make. Only a
    Python model needs another name: it writes over a connection of its own.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set table = this.incorporate(type='table') -%}
    {%- set has_contract = config.get('contract').enforced -%}
    {%- set is_python = model.language == 'python' -%}
    {%- set hooks = pre_hooks + post_hooks -%}
    {%- set in_transaction = is_python or has_contract or hooks | length > 0 -%}
    {%- do drop_if_it_is_not('table') -%}
    {%- do run_hooks(pre_hooks) -%}
    {%- if is_python -%}
        {%- set made = make_intermediate_relation(table) -%}
        {%- do drop_relation_if_exists(load_cached_relation(made)) -%}
        {%- call statement('main', language='python') -%}
            {{ create_table_as(false, made, compiled_code, 'python') }}
        {%- endcall -%}
        {%- call statement('rename') -%}
            drop table if exists {{ table }};
            alter table {{ made }} rename to {{ adapter.quote(table.identifier) }}
        {%- endcall -%}
    {%- elif has_contract -%}
        {%- do get_assert_columns_equivalent(compiled_code) -%}
        {%- call statement('main') -%}
            create or replace table {{ table }} {{ get_table_columns_and_constraints() }};
            insert into {{ table }} {{ get_column_names() }}
            {{ get_select_subquery(compiled_code) }}
        {%- endcall -%}
    {%- else -%}
        {%- call statement('main', auto_begin=in_transaction) -%}
            create or replace table {{ table }} as (
                {{ compiled_code }}
            )
        {%- endcall -%}
    {%- endif -%}
    {%- do run_hooks(post_hooks) -%}
    {%- if in_transaction -%} {%- do adapter.commit() -%} {%- endif -%}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set hooks = pre_hooks + post_hooks -%}
    {%- do drop_if_it_is_not('view') -%}
    {%- do run_hooks(pre_hooks) -%}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(compiled_code) -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=hooks | length > 0) -%}
        create or replace view {{ this }} as (
            {{ compiled_code }}
        )
    {%- endcall -%}
    {%- do run_hooks(post_hooks) -%}
    {%- if hooks -%} {%- do adapter.commit() -%} {%- endif -%}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{#- A table cannot take the place of a view, nor a view that of a table. -#}
{% macro drop_if_it_is_not(type) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.type != type -%}
        {%- do adapter.drop_relation(existing) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
{%- endmacro %}
