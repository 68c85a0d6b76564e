{#- The instant that is so many microseconds after 1970. -#}
{% macro instant(microseconds) -%}
    {%- if target.type == 'sparksession' -%}
    timestamp_micros({{ microseconds }})
    {%- else -%}
    make_timestamptz({{ microseconds }})
    {%- endif -%}
{%- endmacro %}
