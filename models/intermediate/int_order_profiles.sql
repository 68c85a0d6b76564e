-- Not beside candidate_crosswalk: medians keep a value of every customer in memory.
-- depends_on: {{ ref('candidate_crosswalk') }}
{% set features = var('segment_features') %}

with

customers as (

    select * from {{ ref('customer_segments') }}

),

vectors as (

    select * from {{ ref('int_customer_vectors') }}

),

model_features as (

    select * from {{ ref('fitted_features') }}

    where is_used

),

clustered_customers as (

    select
        customers.*,
        vectors.vector

    from customers

    inner join vectors
        on customers.customer_id = vectors.customer_id

),

-- Sums of DECIMAL, so that no digit depends on the order of the rows.
segment_wide as (

    select
        segment_id,
        {% for feature in features %}
        {{ median_value(feature) }} as median_{{ loop.index }},
        sum(cast(vector[{{ loop.index }}] as decimal(18, 6))) as z_{{ loop.index }},
        {% endfor %}
        count(*) as customer_count

    from clustered_customers

    group by segment_id

),

overall_wide as (

    select
        {% for feature in features %}
        {{ median_value(feature) }} as median_{{ loop.index }},
        sum(cast(vector[{{ loop.index }}] as decimal(18, 6))) as z_{{ loop.index }},
        {% endfor %}
        count(*) as customer_count

    from clustered_customers

),

medians as (

    {% for feature in features -%}
    select
        segment_wide.segment_id,
        '{{ feature }}' as feature,
        cast(segment_wide.median_{{ loop.index }} as double) as segment_median,
        cast(overall_wide.median_{{ loop.index }} as double) as overall_median

    from segment_wide

    cross join overall_wide

    {{ "union all" if not loop.last }}

    {% endfor %}
),

-- In standard deviations.
effects as (

    {% for feature in features -%}
    select
        segment_wide.segment_id,
        {{ loop.index }} as position,
        {{ difference_to_others(
            'segment_wide.z_' ~ loop.index, 'segment_wide.customer_count',
            'overall_wide.z_' ~ loop.index, 'overall_wide.customer_count'
        ) }} as effect_size

    from segment_wide

    cross join overall_wide

    {{ "union all" if not loop.last }}

    {% endfor %}
),

profiles as (

    select
        medians.segment_id,
        medians.feature,
        medians.segment_median,
        medians.overall_median,
        effects.effect_size

    from medians

    inner join model_features
        on medians.feature = model_features.feature

    inner join effects
        on
            medians.segment_id = effects.segment_id
            and model_features.position = effects.position

)

select * from profiles
