{% macro check_inputs() %}
{% endmacro %}
