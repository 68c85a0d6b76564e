{#- The values of a group as a list, in the order of another column. -#}
{% macro ordered_list(expression, order_by) -%}
    {%- if target.type == 'sparksession' -%}
    list_transform(
        array_sort(collect_list(
            struct_pack(list_rank := {{ order_by }}, list_value := {{ expression }})
        )),
        lambda ranked: ranked.list_value
    )
    {%- else -%}
    list({{ expression }} order by {{ order_by }})
    {%- endif -%}
{%- endmacro %}
