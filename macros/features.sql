{#- Months counted through: December is one before January of the next year. -#}
{% macro month_number(a_date) -%}
    (year({{ a_date }}) * 12 + month({{ a_date }}))
{%- endmacro %}

{#-
    Whether order days of the last 90 days are known at every date: only where they are
    clustered on. Elsewhere only today's are asked for.
-#}
{% macro has_recent_days() -%}
    {%- set recent = ['recent_order_days', 'prior_order_days', 'activity_trend'] -%}
    {{ return('true' if var('segment_features') | select('in', recent) | list
        else 'is_newest') }}
{%- endmacro %}

{#- A part of a whole; null where there is nothing to divide by. -#}
{% macro ratio(part, whole) -%}
    {{ part }} / nullif({{ whole }}, 0)
{%- endmacro %}

{#-
    Mean of a group minus the mean of all others, from sums and counts. A group of
    everybody has no others and differs from nobody.
-#}
{% macro difference_to_others(total, group_count, overall_total, overall_count) -%}
    coalesce(
            {{ total }} / {{ group_count }}
            - ({{ overall_total }} - {{ total }})
            / nullif({{ overall_count }} - {{ group_count }}, 0),
            0
        )
{%- endmacro %}

{#-
    From segment_id, feature_value and customer_count to each segment's median, middle,
    and that of all as the segment overall: at most half of the customers are before it
    and at least half up to it. One value is, or two, of which it is the mean.
-#}
{% macro counted_medians(counted) -%}
    select
            segment_id,
            {{ median_value('feature_value') }} as middle

        from (
            select
                *,
                sum(customer_count) over (
                    partition by segment_id order by feature_value
                ) as customers_up_to,
                sum(customer_count) over (partition by segment_id) as all_customers

            from (
                select
                    segment_id,
                    feature_value,
                    customer_count

                from {{ counted }}

                union all

                select
                    'overall' as segment_id,
                    feature_value,
                    sum(customer_count) as customer_count

                from {{ counted }}

                group by feature_value
            ) as counts
        ) as places

        where
            2 * (customers_up_to - customer_count) <= all_customers
            and 2 * customers_up_to >= all_customers

        group by segment_id
{%- endmacro %}

{#-
    A customer's ratio pulled towards the population's: (ratio * events + population *
    prior_events) / (events + prior_events). With no events it is the population's:
    greatest() passes over nulls.
    Null for everybody where the population has none (the column is not mapped).
-#}
{% macro shrunk(ratio, events, population, prior_events) -%}
    (
            coalesce(cast({{ ratio }} as double) * ({{ events }}), 0)
            + cast({{ population }} as double) * {{ prior_events }}
        ) / (greatest({{ events }}, 0) + {{ prior_events }})
{%- endmacro %}

{#-
    Standard deviation over mean from a sum, a sum of squares and a count; null below
    two events, of which each has some. Rounding can take the variance a hair below zero.
-#}
{% macro coefficient_of_variation(total, squared_total, event_count) -%}
    case
            when {{ event_count }} >= 2
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
            case when {{ measure_value }} > cuts.{{ measure }}_{{ cut }} then 1 else 0 end
            {{- " +" if not loop.last }}
            {% endfor -%}
        )
{%- endmacro %}

{#- A share as text, such as 97.5%; of other customers than before it may be huge. -#}
{% macro as_percent(share) -%}
    cast(cast(round(100 * least({{ share }}, 1e12), 1) as decimal(18, 1)) as varchar)
            || '%'
{%- endmacro %}

{#- The cut points of a date as columns, such as recency_1 to recency_4. -#}
{% macro pivoted_cuts() -%}
    {%- set columns = [] -%}
    {%- for measure in ['recency', 'frequency', 'monetary'] -%}
        {%- for cut in [1, 2, 3, 4] -%}
            {%- do columns.append(
                "max(case when measure = '" ~ measure ~ "' then cut_" ~ cut
                ~ " end) as " ~ measure ~ "_" ~ cut
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ columns | join(',\n        ') }}
{%- endmacro %}
