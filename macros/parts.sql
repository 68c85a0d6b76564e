{#-
    A table that is built in parts: months of int_customer_months, as-of dates of the
    history, files of what is counted in the source. A later part may read the earlier
    ones, and in the next build only those are made again whose fingerprint is another.

    A model of parts names its column (config part_column) and the query of its parts
    (config parts, rendered when the model runs), in order:
      part         a value of the column
      fingerprint  of what its rows are made of; null: unknown, made in every build
      row_count    where parts are made together: about how many rows that are
      files        and the files of the source that these are in, see file_separator
    Where a query gives the first two alone, each part is an insert of its own, and the
    model writes part() and part_before() where a date belongs. Else neighbours that
    share a file, or are few rows together, are one insert, and the model writes
    is_in_part_files() and is_in_part_months(). Every column has its data type in the
    model's YAML: the table is there, empty, before its first part.
-#}

{#- The part that is built. Compiled alone it is a day on which nobody ordered. -#}
{% macro part() -%}
    cast('1000-01-01' as date)
{%- endmacro %}

{#- The part before it; null at the first. -#}
{% macro part_before() -%}
    cast('1000-01-02' as date)
{%- endmacro %}

{#- True for rows of the files of the parts that are built; compiled alone, for all. -#}
{% macro is_in_part_files() -%}
    coalesce(source_file, '') is not null
{%- endmacro %}

{#- True for rows of the months that are built; compiled alone, for all. -#}
{% macro is_in_part_months() -%}
    {{ month_start('ordered_date') }} is not null
{%- endmacro %}

{#- Between the files of a part: the unit separator, which is in no path. -#}
{% macro file_separator() -%}
    chr(31)
{%- endmacro %}

{#- Rows up to which neighbouring parts are made together: bounds what an insert holds. -#}
{% macro rows_together() -%}
    {{ return(2000000) }}
{%- endmacro %}

{#- Months of orders, as parts. -#}
{% macro month_parts(fingerprints) -%}
    select
        month_start as part,
        month_fingerprint as fingerprint
    from {{ fingerprints }}
    order by month_start
{%- endmacro %}

{#- As-of dates, as parts. -#}
{% macro date_parts(as_of_dates) -%}
    select
        as_of_date as part,
        date_fingerprint as fingerprint
    from {{ as_of_dates }}
    order by as_of_date
{%- endmacro %}

{% materialization in_parts, default %}
    {%- set part_column = config.require('part_column') -%}
    {%- set columns = {} -%}
    {%- for name, column in model.columns.items() if name != 'part_fingerprint' -%}
        {%- do columns.update({name: column}) -%}
    {%- endfor -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set parts = wanted_parts() -%}
    {%- set built = built_parts(columns, part_column) -%}
    {%- set kept = [] -%}
    {%- for one in parts if one.fingerprint != 'unknown'
        and built.get(one.part) == one.fingerprint -%}
        {%- do kept.append(one.part) -%}
    {%- endfor -%}

    {%- set existing = load_cached_relation(this) -%}
    {%- if kept -%}
        {#- By values of the column's type, so that only the rows that go are read. -#}
        {%- set gone = ['false'] -%}
        {%- for part in built if part not in kept -%}
            {%- do gone.append(
                part_column ~ ' = cast(' ~ sql_text(part) ~ ' as '
                ~ columns[part_column].data_type ~ ')' if part
                else part_column ~ ' is null'
            ) -%}
        {%- endfor -%}
        {%- call statement('main') -%}
            delete from {{ this }} where {{ gone | join(' or ') }}
        {%- endcall -%}
    {%- else -%}
        {%- if existing is not none -%} {%- do adapter.drop_relation(existing) -%} {%- endif -%}
        {%- call statement('main') -%}
            {%- set empty -%}
                select
                    {%- for name, column in columns.items() %}
                    cast(null as {{ column.data_type }}) as {{ name }},
                    {%- endfor %}
                    cast(null as varchar) as part_fingerprint
                where false
            {%- endset -%}
            {{ create_table_as(false, this, empty) }}
        {%- endcall -%}
    {%- endif -%}
    {#- A transaction a part: DuckDB 2.0 misses rows of its own that it has not committed
        where a filter skips row groups, and what is built stays if a build is killed. -#}
    {%- do adapter.commit() -%}
    {%- for batch in part_batches(parts, kept) -%}
        {%- call statement('main') -%}
            {{ insert_batch(batch, columns | list, part_column) }}
        {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endfor -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{#- The parts of the model that runs: what they are made of is rows, and the SQL. -#}
{% macro wanted_parts() -%}
    {%- set parts = [] -%}
    {%- for row in run_query(render(config.require('parts'))) -%}
        {%- do parts.append({
            'part': (row[0] if row[0] is not none else '') | string,
            'fingerprint': local_md5(row[1] ~ sql) if row[1] is not none else 'unknown',
            'before': parts[-1].part if parts else none,
            'row_count': row[2] | int if row | length > 2 else none,
            'files': (row[3] or '').split('\x1f') if row | length > 2 else none,
        }) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{#-
    The parts that are not kept, as lists that are inserted together. is_whole: that is
    everything, and no row needs to be looked for.
-#}
{% macro part_batches(parts, kept) -%}
    {%- set batches = [] -%}
    {%- for one in parts if one.part not in kept -%}
        {%- set last = batches[-1] if batches else none -%}
        {%- if last and one.files is not none and (
            not keeps_parts()
            or last.row_count + one.row_count <= rows_together()
            or one.files | select('in', last.files) | list
        ) -%}
            {%- do last.parts.append(one) -%}
            {%- do last.files.extend(one.files | reject('in', last.files) | list) -%}
            {%- do last.update(row_count=last.row_count + one.row_count) -%}
        {%- else -%}
            {%- do batches.append({
                'parts': [one], 'row_count': one.row_count,
                'files': (one.files or []) | list,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for batch in batches -%}
        {%- do batch.update(is_whole=batch.parts | length == parts | length) -%}
    {%- endfor -%}
    {{ return(batches) }}
{%- endmacro %}

{% macro insert_batch(batch, names, part_column) -%}
    {%- set query = sql -%}
    {%- set first = batch.parts[0] -%}
    {%- if first.files is none -%}
        {%- set query = query
            | replace(part(), "cast('" ~ first.part ~ "' as date)")
            | replace(
                part_before(),
                "cast('" ~ first.before ~ "' as date)" if first.before
                else 'cast(null as date)'
            ) -%}
    {%- elif not batch.is_whole -%}
        {%- set months = [] -%}
        {%- for one in batch.parts -%}
            {%- do months.append("cast('" ~ one.part ~ "' as date)") -%}
        {%- endfor -%}
        {%- set query = query
            | replace(
                is_in_part_files(),
                "coalesce(source_file, '') in " ~ text_list(batch.files)
            )
            | replace(
                is_in_part_months(),
                month_start('ordered_date') ~ ' in (' ~ months | join(', ') ~ ')'
            ) -%}
    {%- endif -%}
    insert into {{ this }} ({{ names | join(', ') }}, part_fingerprint)
    {%- if batch.parts | map(attribute='fingerprint') | unique | list | length == 1 %}
    select {{ names | join(', ') }}, '{{ first.fingerprint }}'
    from (
        {{ query }}
    ) as part
    {%- else %}
    select part.{{ names | join(', part.') }}, coalesce(made_of.fingerprint, 'unknown')
    from (
        {{ query }}
    ) as part
    left join (
        values
        {%- for one in batch.parts %}
        ({{ sql_text(one.part) }}, '{{ one.fingerprint }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as made_of (part_text, fingerprint)
        on coalesce(cast(part.{{ part_column }} as varchar), '') = made_of.part_text
    {#- The rows of a part lie together: who reads one reads no other. #}
    order by part.{{ part_column }}
    {%- endif %}
{%- endmacro %}

{% macro text_list(texts) -%}
    (
    {%- for text in texts -%}
        {{ sql_text(text) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}

{#- Fingerprints of the parts that a table has, by part; none where it is made anew. -#}
{% macro built_parts(columns, part_column) -%}
    {%- set found = {} -%}
    {%- if kept_columns() == columns | list + ['part_fingerprint'] -%}
        {%- for row in run_query(
            'select distinct coalesce(cast(' ~ part_column ~ " as varchar), ''), "
            ~ 'part_fingerprint from ' ~ this
        ) -%}
            {%- do found.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- Columns of the table that the last build left, if rows of it may stay; else none. -#}
{% macro kept_columns() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or not existing.is_table or not keeps_parts()
        or should_full_refresh() -%} {{ return([]) }} {%- endif -%}
    {{ return(adapter.get_columns_in_relation(existing) | map(attribute='name') | list) }}
{%- endmacro %}
