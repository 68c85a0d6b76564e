{#- A number for each row that rises in the order in which rows are read. -#}
{% macro row_position() -%}
    {%- if target.type == 'sparksession' -%}
    monotonically_increasing_id() + 1
    {%- else -%}
    row_number() over ()
    {%- endif -%}
{%- endmacro %}
