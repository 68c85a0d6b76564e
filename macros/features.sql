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
    From segment_id, feature_value and customer_count to the median (middle) of each
    segment, and of all as the segment overall: at most half of the customers are below
    it and at least half are not above it. Where that is true of two values, it is their
    mean.
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

{#- A share as text, such as 97.5%; of other customers than before it may be huge. -#}
{% macro as_percent(share) -%}
    cast(cast(round(100 * least({{ share }}, 1e12), 1) as decimal(18, 1)) as varchar)
            || '%'
{%- endmacro %}
