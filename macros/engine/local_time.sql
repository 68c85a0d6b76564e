{#- What the clock of a time zone shows at an instant. -#}
{% macro local_time(instant, zone) -%}
    {%- if target.type == 'sparksession' -%}
    convert_timezone(
            current_timezone(), {{ sql_text(zone) }}, cast({{ instant }} as timestamp)
        )
    {%- else -%}
    timezone({{ sql_text(zone) }}, {{ instant }})
    {%- endif -%}
{%- endmacro %}
