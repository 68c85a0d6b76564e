{#- False for infinity and NaN. -#}
{% macro is_finite(number) -%}
    {%- if target.type == 'sparksession' -%}
    (not isnan({{ number }}) and abs({{ number }}) < cast('infinity' as double))
    {%- else -%}
    isfinite({{ number }})
    {%- endif -%}
{%- endmacro %}
