{#- The sum of the products of two lists of numbers. -#}
{% macro inner_product(one, other) -%}
    {%- if target.type == 'sparksession' -%}
    aggregate(
        zip_with({{ one }}, {{ other }}, (x, y) -> x * y),
        cast(0 as double),
        (total, term) -> total + term
    )
    {%- else -%}
    list_inner_product({{ one }}, {{ other }})
    {%- endif -%}
{%- endmacro %}
