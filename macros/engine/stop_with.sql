{#- Ends the statement with a message: that of the first row it is asked for. -#}
{% macro stop_with(message) -%}
    {%- if target.type == 'sparksession' -%}
    raise_error({{ message }})
    {%- else -%}
    error({{ message }})
    {%- endif -%}
{%- endmacro %}
