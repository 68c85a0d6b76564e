{#-
    What is counted in the source is counted once a file: one that did not change is not
    read again. A source that is no files is one part, made in every build.
-#}

{#-
    The files of the source, as parts of base_source_months. What is of the future today
    is not tomorrow: the state of a file with such rows is unknown.
-#}
{% macro file_parts() -%}
    {%- set files = source_files() if keeps_parts() else [] -%}
    {%- set unsettled = [] -%}
    {%- if files and load_relation(this) is not none -%}
        {%- for row in run_query(
            'select distinct source_file from ' ~ this
            ~ " where reason = 'date in the future'"
        ) -%}
            {%- do unsettled.append(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for file in files or [{'path': '', 'fingerprint': none}] %}
    select
        {{ sql_text(file.path) }} as part,
        {{ 'null' if file.path in unsettled or file.fingerprint is none
            else sql_text(file.fingerprint) }} as fingerprint,
        0 as row_count,
        {{ sql_text(file.path) }} as files
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The same for what is made of the same files as base_source_months. -#}
{% macro counted_file_parts(source_months) -%}
    select
        coalesce(source_file, '') as part,
        nullif(max(part_fingerprint), 'unknown') as fingerprint,
        0 as row_count,
        coalesce(source_file, '') as files
    from {{ source_months }}
    group by coalesce(source_file, '')
    order by part
{%- endmacro %}

{#- Months of accepted rows, as parts. -#}
{% macro source_month_parts(source_months) -%}
    with files as (
        select
            month_start,
            coalesce(source_file, '') as source_file,
            sum(row_count) as row_count,
            sum(content_hash) as content_hash
        from {{ source_months }}
        where month_start is not null
        group by month_start, coalesce(source_file, '')
    )
    select
        month_start as part,
        sum(row_count) || ':' || sum(content_hash) as fingerprint,
        sum(row_count) as row_count,
        string_agg(source_file, {{ file_separator() }}) as files
    from files
    group by month_start
    order by month_start
{%- endmacro %}

{#- Each file of the source with a hash of its state and of how it is read. -#}
{% macro source_files() -%}
    {%- if not execute or var('transactions') in [none, 'completejourney', 'sample'] -%}
        {{ return([]) }}
    {%- endif -%}
    {#- Which row is a copy of another is known from all files together. -#}
    {%- if var('drop_exact_duplicates') -%} {{ return([]) }} {%- endif -%}
    {%- set source = transactions_source() -%}
    {{ return(fromjson(ask_python('segmentation_source_files', tojson({
        'transactions': var('transactions'),
        'source': source,
        'project': project_fingerprint(),
        'rules': [exclusion_rules(source), is_erased('customer_id')],
    })))) }}
{%- endmacro %}

{#- True for rows of the files that hold orders of the month of the last publication. -#}
{% macro is_in_publication_files() -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set rows = run_query(
            "select distinct coalesce(source_months.source_file, '') from "
            ~ ref('base_source_months') ~ ' as source_months inner join '
            ~ ref('refit_decision') ~ ' as decision on source_months.month_start = '
            ~ month_start('decision.published_as_of_date')
        ) -%}
        {%- for row in rows -%} {%- do files.append(row[0] or '') -%} {%- endfor -%}
    {%- endif -%}
    coalesce(source_file, '') in {{ text_list(files) if files else "('')" }}
{%- endmacro %}

{#- Whether any row of the source is left out; true before they are counted. -#}
{% macro has_rejected_rows(source_months) -%}
    {%- if not execute or load_relation(source_months) is none -%} {{ return(true) }} {%- endif -%}
    {%- set rows = run_query(
        'select count(*) from ' ~ source_months ~ ' where reason is not null'
    ) -%}
    {{ return(rows.columns[0][0] > 0) }}
{%- endmacro %}
