{#- The smallest value that at least this share of rows do not exceed: never a mean. -#}
{% macro quantile_value(column, share) -%}
    {%- if target.type == 'sparksession' -%}
    percentile_disc({{ share }} - 1e-12) within group (order by {{ column }})
    {%- else -%}
    quantile_disc({{ column }}, {{ share }})
    {%- endif -%}
{%- endmacro %}
