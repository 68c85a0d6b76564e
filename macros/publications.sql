{#-
    Whether the day of the last publication cuts a month that has gone on since: then
    that month's rows up to the day are made anew. Known when the build runs.
-#}
{% macro publication_cuts_a_month() -%}
    {%- if not execute -%} {{ return(false) }} {%- endif -%}
    {%- set rows = run_query(
        "select count(*) from " ~ ref('refit_decision') ~ " as decision cross join "
        ~ ref('int_as_of_dates') ~ " as as_of_dates where as_of_dates.is_newest"
        ~ " and decision.published_as_of_date < as_of_dates.as_of_date"
        ~ " and decision.published_as_of_date < "
        ~ month_end('decision.published_as_of_date')
    ) -%}
    {{ return(rows.columns[0][0] > 0) }}
{%- endmacro %}
