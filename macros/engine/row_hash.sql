{#- A hash of a whole row or of several columns: equal rows have equal ones. -#}
{% macro row_hash(columns) -%}
    {%- if target.type == 'sparksession' -%}
    xxhash64({{ columns }}{{ '.*' if columns is string and ',' not in columns }})
    {%- else -%}
    hash({{ columns }})
    {%- endif -%}
{%- endmacro %}
