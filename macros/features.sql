{#-
    A customer's ratio pulled towards the population's: (ratio * events + population *
    prior_events) / (events + prior_events). With no events it is the population's.
    Null for everybody where the population has none (the column is not mapped).
-#}
{% macro shrunk(ratio, events, population, prior_events) -%}
    (
            coalesce(cast({{ ratio }} as double), 0) * greatest(coalesce({{ events }}, 0), 0)
            + cast({{ population }} as double) * {{ prior_events }}
        ) / (greatest(coalesce({{ events }}, 0), 0) + {{ prior_events }})
{%- endmacro %}

{#-
    Standard deviation over mean from a sum, a sum of squares and a count; null below
    two events. Rounding can take the variance a hair below zero.
-#}
{% macro coefficient_of_variation(total, squared_total, event_count) -%}
    case
            when {{ event_count }} >= 2 and {{ total }} > 0
                then sqrt(greatest(
                    cast({{ squared_total }} as double) / {{ event_count }}
                    - power(cast({{ total }} as double) / {{ event_count }}, 2),
                    0
                )) / (cast({{ total }} as double) / {{ event_count }})
        end
{%- endmacro %}

{#- How many of a measure's four cut points a value lies above: 0 to 4. -#}
{% macro cuts_below(measure_value, measure) -%}
    (
            {% for cut in [1, 2, 3, 4] -%}
            case when {{ measure_value }} > {{ measure }}.cut_{{ cut }} then 1 else 0 end
            {{- " +" if not loop.last }}
            {% endfor -%}
        )
{%- endmacro %}

{#-
    One value under one step of the fitted preprocessing (a row of fitted_features):
    transformed, winsorised, standardised.
-#}
{% macro standardised(feature_value, step) -%}
    {{ step }}.scale_weight * (
                least(
                    greatest(
                        case {{ step }}.transform
                            when 'log1p' then ln(1 + greatest({{ feature_value }}, 0))
                            when 'log_shifted' then ln(30 + greatest({{ feature_value }}, 0))
                            else {{ feature_value }}
                        end,
                        {{ step }}.lower_bound
                    ),
                    {{ step }}.upper_bound
                ) - {{ step }}.mean
            ) / {{ step }}.standard_deviation
{%- endmacro %}

{#- How many of a rising list of knots a value has reached. -#}
{% macro knots_reached(x, knots) -%}
    {{ return(adapter.dispatch('knots_reached')(x, knots)) }}
{%- endmacro %}

{% macro default__knots_reached(x, knots) -%}
    len(list_filter({{ knots }}, lambda knot: knot <= {{ x }}))
{%- endmacro %}

{#-
    The value at `x` of the line through knots (`knots`, `heights`: lists in rising
    order), constant beyond the ends; 1 where there is nothing to compare with.
    `reached`: a column with the knots reached, found once per row.
-#}
{% macro interpolated(x, reached, knots, heights) -%}
    case
            when {{ x }} is null then 1.0
            when {{ reached }} = 0 then {{ heights }}[1]
            when {{ reached }} = len({{ knots }})
                then {{ heights }}[{{ reached }}]
            else
                {{ heights }}[{{ reached }}]
                + ({{ heights }}[{{ reached }} + 1] - {{ heights }}[{{ reached }}])
                * ({{ x }} - {{ knots }}[{{ reached }}])
                / ({{ knots }}[{{ reached }} + 1] - {{ knots }}[{{ reached }}])
        end
{%- endmacro %}

{#- A share as text, such as 97.5%; of other customers than before it may be huge. -#}
{% macro as_percent(share) -%}
    cast(cast(round(100 * least({{ share }}, 1e12), 1) as decimal(18, 1)) as varchar)
            || '%'
{%- endmacro %}

{#- The vars that a date's features depend on, as text. -#}
{% macro feature_settings() -%}
    {%- for name in ['feature_window_months', 'rfm_window_months', 'shrinkage_orders'] -%}
        {{ name }}={{ var(name) }};
    {%- endfor -%}
{%- endmacro %}
