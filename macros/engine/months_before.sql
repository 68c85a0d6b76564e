{#- The first day of the month `months` before the month a date falls in. -#}
{% macro months_before(a_date, months) -%}
    {%- if target.type == 'sparksession' -%}
    cast(add_months(cast(date_trunc('month', {{ a_date }}) as date), -{{ months }}) as date)
    {%- else -%}
    cast(date_trunc('month', {{ a_date }}) - to_months({{ months }}) as date)
    {%- endif -%}
{%- endmacro %}
