{#-
    The date everything is measured at: the var `as_of_date`, else the newest order
    date in int_as_of_dates. Never the clock: the same data gives the same features.
-#}
{% macro newest_as_of_date(last_order_date) -%}
    {%- if var('as_of_date') is none -%}
        {{ last_order_date }}
    {%- else -%}
        cast('{{ var("as_of_date") }}' as date)
    {%- endif -%}
{%- endmacro %}
