{#-
    What materializations that fill a table part by part have in common: the parts are
    the rows of a model with a fingerprint, and a row of the table carries its part's.
-#}

{#-
    Makes the table, with the columns of a query and no rows, or deletes of what is there
    the rows whose part is gone or has changed; returns the names of its columns.
-#}
{% macro begin_kept_table(parts, query) -%}
    {%- set empty = get_empty_subquery_sql(query) -%}
    {%- set names = get_column_schema_from_query(empty) | map(attribute='name') | list -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.is_table and not should_full_refresh()
        and adapter.get_columns_in_relation(existing) | map(attribute='name') | list
            == names -%}
        {%- call statement('main') -%}
            delete from {{ this }}
            where fingerprint not in (select fingerprint from {{ parts }})
        {%- endcall -%}
    {%- else -%}
        {%- if existing is not none -%} {%- do adapter.drop_relation(existing) -%} {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, this, empty) }}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return(names) }}
{%- endmacro %}

{#- The parts, by their key in order, whose rows are still to be made. -#}
{% macro missing_parts(parts, key) -%}
    {{ return(run_query(
        'select ' ~ key ~ ', fingerprint from ' ~ parts ~ ' where fingerprint not in '
        ~ '(select distinct fingerprint from ' ~ this ~ ') order by ' ~ key
    )) }}
{%- endmacro %}

{#-
    Inserts what a query gives for a part; `place` is its loop, so that the heartbeat can
    tell of it. To be committed part by part: DuckDB 2.0 misses uncommitted rows of its
    own where a filter skips row groups, and what is built stays if a build is killed.
-#}
{% macro insert_rows(names, query, part, place) -%}
    {%- do ask_python('segmentation_part_begun', tojson({
        'model': model.name, 'part': part | string,
        'place': place.index, 'parts': place.length,
    })) -%}
    {%- call statement('main') -%}
        insert into {{ this }} ({{ names | join(', ') }})
        select {{ names | join(', ') }}
        from (
            {{ query }}
        ) as made
    {%- endcall -%}
{%- endmacro %}
