{#-
    A table of months that is filled some months after the others, so that what a
    statement holds does not grow with the source. The model keeps lines
    `where {{ is_in_hand() }}`, with the columns month_start and source_file; the next
    build makes only the months whose fingerprint in base_months has changed, from the
    files that hold them.
-#}
{% materialization month_by_month, default %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set names = begin_kept_table(ref('base_months'), rows_of_months(sql, 'true')) -%}
    {%- set batches = batches_of_months(config.get('lines_at_once', 10000000)) -%}
    {%- for first_month, months_in_hand in batches -%}
        {%- do insert_rows(
            names, rows_of_months(sql, months_in_hand), first_month, loop
        ) -%}
        {%- do adapter.commit() -%}
    {%- endfor -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{#- Holds the place of the condition on which months are made; alone it is all of them. -#}
{% macro is_in_hand() -%}
    (true /* the months in hand */)
{%- endmacro %}

{% macro rows_of_months(query, months_in_hand) -%}
    select
        made.*,
        months.fingerprint
    from (
        {{ query | replace(is_in_hand(), '(' ~ months_in_hand ~ ')') }}
    ) as made
    inner join {{ ref('base_months') }} as months
        on made.month_start = months.month_start
{%- endmacro %}

{#-
    The months that are still to be made, in batches of so many lines or of one month: the
    first of each and a condition on its lines.
-#}
{% macro batches_of_months(lines_at_once) -%}
    {%- set source_months = ref('base_source_months') -%}
    {%- set months = run_query(
        'select month_start, sum(row_count) as row_count from ' ~ source_months
        ~ ' where month_start is not null group by month_start order by month_start'
    ).rows -%}
    {%- set missing = missing_parts(ref('base_months'), 'month_start').columns[0].values() -%}
    {%- set lines = namespace(count=0) -%}
    {%- set batches = [] -%}
    {%- for month_start, row_count in months if month_start in missing -%}
        {%- set lines.count = lines.count + row_count -%}
        {%- if not batches or lines.count > lines_at_once -%}
            {%- do batches.append([]) -%}
            {%- set lines.count = row_count -%}
        {%- endif -%}
        {%- do batches[-1].append(month_start) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for batch in batches -%}
        {%- set condition -%}
            month_start in (
            {%- for month_start in batch -%}
            cast('{{ month_start }}' as date){{ ", " if not loop.last }}
            {%- endfor -%}
            )
        {%- endset -%}
        {%- set files = 'select distinct source_file from ' ~ source_months ~ ' where '
            ~ condition -%}
        {%- do found.append((
            batch[0],
            'true' if batch | length == months | length
                else condition ~ ' and '
                    ~ is_in_any_of(run_query(files).columns[0].values()),
        )) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
