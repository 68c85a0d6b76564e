{#- Several of them at once, as a list: one pass and one copy of the values. -#}
{% macro quantile_values(column, shares) -%}
    {%- if target.type == 'sparksession' -%}
    array(
            {%- for share in shares %}
            {{ quantile_value(column, share) }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {%- else -%}
    quantile_disc({{ column }}, [{{ shares | join(', ') }}])
    {%- endif -%}
{%- endmacro %}
