{#-
    Weight of a chance to stop for who has ordered on some repeat days and not stopped:
    the node's own, times the chance to stay on the days beyond the level's. Over that of
    the first node, so that many days make no number too small to divide by.
-#}
{% macro node_weight(node) -%}
    nodes.weight_{{ node }} * power(
            (1 - nodes.chance_{{ node }}) / (1 - nodes.chance_1),
            with_chances.repeat_days - nodes.from_repeat_days
        )
{%- endmacro %}
