{#- True on Saturday and Sunday. -#}
{% macro is_weekend(a_date) -%}
    {%- if target.type == 'sparksession' -%}
    date_format({{ a_date }}, 'E') in ('Sat', 'Sun')
    {%- else -%}
    isodow({{ a_date }}) >= 6
    {%- endif -%}
{%- endmacro %}
