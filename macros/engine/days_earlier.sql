{#- The date that is so many days before another. -#}
{% macro days_earlier(a_date, days) -%}
    {{ return(adapter.dispatch('days_earlier')(a_date, days)) }}
{%- endmacro %}

{% macro default__days_earlier(a_date, days) -%}
    cast({{ a_date }} - to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}

{% macro spark__days_earlier(a_date, days) -%}
    date_sub({{ a_date }}, cast({{ days }} as integer))
{%- endmacro %}
