{#-
    A table that is filled one as-of date after the other, so that no statement holds
    more than one date's rows and a later date may read the earlier ones ({{ this }}).
    The model says `where as_of_date = {{ date_in_hand() }}`; its config `dates` names
    the model that lists as_of_date and fingerprint. The next build makes only the dates
    whose fingerprint has changed. A model that reads itself has the data types of its
    columns in the YAML: the table is there, empty, before its first date.
-#}
{% materialization date_by_date, default %}
    {%- set dates = ref(config.require('dates')) -%}
    {#- The columns are asked for before the first date; Spark wants a value by then. -#}
    {%- do take_date_in_hand('1970-01-01') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set typed = model.columns.values() | selectattr('data_type') | list -%}
    {%- set empty = get_empty_subquery_sql(
        get_empty_schema_sql(model.columns) if typed else rows_of_date(sql, '')
    ) -%}
    {%- set names = get_column_schema_from_query(empty) | map(attribute='name') | list -%}
    {%- set is_kept = existing is not none and existing.is_table
        and not should_full_refresh()
        and adapter.get_columns_in_relation(existing) | map(attribute='name') | list
            == names -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if is_kept -%}
        {%- call statement('main') -%}
            delete from {{ this }}
            where fingerprint not in (select fingerprint from {{ dates }})
        {%- endcall -%}
    {%- else -%}
        {%- if existing is not none -%} {%- do adapter.drop_relation(existing) -%} {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, this, empty) }}
        {%- endcall -%}
    {%- endif -%}
    {#-
        One transaction per date: DuckDB 2.0 misses uncommitted rows of its own where a
        filter skips row groups, and what is built stays if a build is killed.
    -#}
    {%- do adapter.commit() -%}

    {%- set missing = run_query(
        'select as_of_date, fingerprint from ' ~ dates ~ ' where fingerprint not in '
        ~ '(select fingerprint from ' ~ this ~ ') order by as_of_date'
    ) -%}
    {%- for row in missing.rows -%}
        {%- do take_date_in_hand(row[0], loop.index, loop.length) -%}
        {%- call statement('main') -%}
            insert into {{ this }} ({{ names | join(', ') }})
            select {{ names | join(', ') }}
            from (
                {{ rows_of_date(sql, row[1]) }}
            ) as dated
        {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endfor -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% macro rows_of_date(query, fingerprint) -%}
    select
        *,
        '{{ fingerprint }}' as fingerprint
    from (
        {{ query }}
    ) as rows_of_date
{%- endmacro %}
