{{ config(materialized='ephemeral') }}
-- depends_on: {{ ref('int_as_of_dates') }}
{% set features = var('segment_features') %}

with

-- DuckDB would hold every column of a CTE that is read more than once.
customers as not materialized (

    select * from {{ ref('customer_segments') }}

),

vectors as (

    select * from {{ ref('int_customer_vectors') }}

    where as_of_date = {{ newest_date(ref('int_as_of_dates')) }}

),

model_features as (

    select * from {{ ref('fitted_features') }}

    where is_used

),

-- Sums of DECIMAL, so that no digit depends on the order of the rows.
segment_sums as (

    select
        customers.segment_id,
        {% for feature in features %}
        sum(cast(vectors.vector[{{ loop.index }}] as decimal(18, 6)))
            as z_{{ loop.index }},
        {% endfor %}
        count(*) as customer_count

    from customers

    inner join vectors
        on customers.customer_id = vectors.customer_id

    group by customers.segment_id

),

overall_sums as (

    select
        {% for feature in features %}
        sum(z_{{ loop.index }}) as z_{{ loop.index }},
        {% endfor %}
        sum(customer_count) as customer_count

    from segment_sums

),

-- Medians of counted values, so that not every customer's value has to fit in memory.
-- Missing values are not counted.
{% for feature in features %}
values_{{ loop.index }} as (

    select
        segment_id,
        {{ feature }} as feature_value,
        count({{ feature }}) as customer_count

    from customers

    where segment_id in (select segment_sums.segment_id from segment_sums)

    group by segment_id, {{ feature }}

),

-- All customers are counted as the segment overall.
counts_{{ loop.index }} as (

    select * from values_{{ loop.index }}

    union all

    select
        'overall' as segment_id,
        feature_value,
        sum(customer_count) as customer_count

    from values_{{ loop.index }}

    group by feature_value

),

places_{{ loop.index }} as (

    select
        *,
        sum(customer_count) over (
            partition by segment_id order by feature_value
        ) as customers_up_to,
        sum(customer_count) over (partition by segment_id) as all_customers

    from counts_{{ loop.index }}

),

{% endfor %}
-- At most half of the customers are below the median and at least half are not above
-- it. Where that is true of two values, it is their mean.
medians as (

    {% for feature in features -%}
    select
        segment_id,
        '{{ feature }}' as feature,
        cast({{ median_value('feature_value') }} as double) as middle

    from places_{{ loop.index }}

    where
        2 * (customers_up_to - customer_count) <= all_customers
        and 2 * customers_up_to >= all_customers

    group by segment_id

    {{ "union all" if not loop.last }}

    {% endfor %}
),

-- The segment's mean minus the mean of all others, in standard deviations. A segment of
-- everybody differs from nobody.
effects as (

    {% for feature in features -%}
    select
        segment_sums.segment_id,
        {{ loop.index }} as position,
        coalesce(
            segment_sums.z_{{ loop.index }} / segment_sums.customer_count
            - (overall_sums.z_{{ loop.index }} - segment_sums.z_{{ loop.index }})
            / nullif(overall_sums.customer_count - segment_sums.customer_count, 0),
            0
        ) as effect_size

    from segment_sums

    cross join overall_sums

    {{ "union all" if not loop.last }}

    {% endfor %}
),

profiles as (

    select
        medians.segment_id,
        medians.feature,
        medians.middle as segment_median,
        overall_medians.middle as overall_median,
        effects.effect_size

    from medians

    inner join medians as overall_medians
        on
            medians.feature = overall_medians.feature
            and overall_medians.segment_id = 'overall'

    inner join model_features
        on medians.feature = model_features.feature

    inner join effects
        on
            medians.segment_id = effects.segment_id
            and model_features.position = effects.position

)

select * from profiles
