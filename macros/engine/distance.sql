{#- How far two lists of numbers are apart, as the crow flies. -#}
{% macro distance(one, other) -%}
    {%- if target.type == 'sparksession' -%}
    sqrt(aggregate(
        zip_with({{ one }}, {{ other }}, (x, y) -> (x - y) * (x - y)),
        cast(0 as double),
        (total, term) -> total + term
    ))
    {%- else -%}
    list_distance({{ one }}, {{ other }})
    {%- endif -%}
{%- endmacro %}
