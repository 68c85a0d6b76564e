{% macro check_inputs() %}
{% endmacro %}

{#- Nothing left after judging is a mistake of setting, not of data: stop and say so. -#}
{% macro stop_if_nothing_accepted() %}
{% endmacro %}
