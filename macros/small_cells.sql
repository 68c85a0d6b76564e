{#-
    True where a cell must not be shown: fewer than minimum_cell_size customers are
    behind it. Where there are such cells, true of as many of the next smallest as it
    takes for the hidden cells to hold that many together: the total minus the cells
    shown is then not about a small group either. `within` are the columns of one such
    total, `tie_breaker` those that tell its cells apart. An empty cell is not small.
-#}
{% macro is_small_cell(customers, within, tie_breaker) -%}
    {%- set partition = 'partition by ' ~ within if within else '' -%}
    {{ customers }} > 0
        and min(nullif({{ customers }}, 0)) over ({{ partition }})
        < {{ var('minimum_cell_size') }}
        and (
            {{ customers }} < {{ var('minimum_cell_size') }}
            or sum({{ customers }}) over (
                {{ partition }}
                order by {{ customers }}, {{ tie_breaker }}
                rows between unbounded preceding and 1 preceding
            ) < {{ var('minimum_cell_size') }}
        )
{%- endmacro %}
