{#- Number of marked days from `first_day` (days after the 1st, 0 to 31) onward. -#}
{% macro marked_days_from(mask, first_day) -%}
    {%- if target.type == 'sparksession' -%}
    bit_count({{ mask }} >> cast(greatest(0, least(31, {{ first_day }})) as integer))
    {%- else -%}
    bit_count({{ mask }} >> greatest(0, least(31, {{ first_day }})))
    {%- endif -%}
{%- endmacro %}
