{#- How a model is kept that costs less to derive than to store; but see Spark's. -#}
{% macro derived_when_read() -%}
    {%- if target.type == 'sparksession' -%}
    {{ return('table') }}
    {%- else -%}
    {{ return('view') }}
    {%- endif -%}
{%- endmacro %}
