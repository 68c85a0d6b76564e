{#- How a model is kept that is cheaper to derive than to store; not so on Spark. -#}
{% macro derived_when_read() -%}
    {%- if target.type == 'sparksession' -%}
    {{ return('table') }}
    {%- else -%}
    {{ return('view') }}
    {%- endif -%}
{%- endmacro %}
