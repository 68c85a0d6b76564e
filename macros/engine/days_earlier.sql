{#- The date that is so many days before another. -#}
{% macro days_earlier(a_date, days) -%}
    {%- if target.type == 'sparksession' -%}
    date_sub({{ a_date }}, cast({{ days }} as integer))
    {%- else -%}
    cast({{ a_date }} - to_days(cast({{ days }} as integer)) as date)
    {%- endif -%}
{%- endmacro %}
