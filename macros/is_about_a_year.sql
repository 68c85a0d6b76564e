{#- True where the shortest and the longest of some waits are a year, give or take. -#}
{% macro is_about_a_year(shortest_days, longest_days) -%}
    {%- set year = var('yearly_wait_days') -%}
    {%- set tolerance = var('yearly_tolerance_days') -%}
    ({{ shortest_days }} >= {{ year }} - {{ tolerance }}
            and {{ longest_days }} <= {{ year }} + {{ tolerance }})
{%- endmacro %}
