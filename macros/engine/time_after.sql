{#- A time without an offset, so many microseconds later. -#}
{% macro time_after(moment, microseconds) -%}
    {%- if target.type == 'sparksession' -%}
    {{ moment }} + make_dt_interval(
            0, 0, 0, cast({{ microseconds }} as decimal(38, 0)) / 1000000
        )
    {%- else -%}
    {{ moment }} + to_microseconds({{ microseconds }})
    {%- endif -%}
{%- endmacro %}
