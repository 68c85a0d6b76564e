-- depends_on: {{ ref('stg_customers') }}
-- depends_on: {{ ref('fitted_features') }}
-- depends_on: {{ ref('fitted_segments') }}
-- depends_on: {{ ref('fitted_candidates') }}
{{ config(materialized=derived_when_read()) }}

{% set steps = fitted_steps() %}
{% set segments = fitted_prototypes() %}
{% set calibration = fitted_calibration() %}
{% set names = dimension_names(steps) %}
{% set fits = [] %}
{% set other_fits = [] %}
{% set close_ids = [] %}

with

{% if has_transactions() %}
-- A customer whose orders were all returned or free has no recency to cluster on.
customers as (

    select * from {{ ref('int_rfm_scores') }}

    where order_count > 0

),
{% else %}
customers as (

    select
        *,
        cast(null as decimal(18, 2)) as lifetime_revenue,
        cast(null as varchar) as rfm_group,
        cast(null as integer) as r_score,
        cast(null as integer) as f_score,
        cast(null as integer) as m_score

    from {{ ref('int_clustered_features') }}

),
{% endif %}

coordinates as (

    select
        customer_id,
        {% for step in steps %}
        {{ dimension(step) }} as {{ names[loop.index0] }},
        {% endfor %}
        as_of_date,
        lifetime_revenue,
        rfm_group,
        r_score,
        f_score,
        m_score

    from customers

),

-- How well each segment fits: its best prototype counts.
scored as (

    select
        customer_id,
        as_of_date,
        rfm_group,
        lifetime_revenue,
        r_score,
        f_score,
        {% for segment in segments %}
        {% set scores = [] %}
        {% for weights in segment.prototype_weights %}
        {% do scores.append(
            prototype_score(weights, segment.prototype_offsets[loop.index0])
        ) %}
        {% endfor %}
        {{ largest(scores) }} as fit_{{ loop.index }},
        {% do fits.append('fit_' ~ loop.index) %}
        {% do other_fits.append(
            'case when best_number <> ' ~ loop.index ~ ' then fit_' ~ loop.index ~ ' end'
        ) %}
        {% do close_ids.append(
            'case when best_number <> ' ~ loop.index ~ ' and fit_' ~ loop.index
            ~ ' >= closest_fit then ' ~ sql_text(segment.segment_id) ~ ' end'
        ) %}
        {% endfor %}
        m_score

    from coordinates

),

best as (

    select
        *,
        {{ largest(fits or ['null']) }} as best_fit

    from scored

),

-- Ties go to the segment that comes first.
numbered as (

    select
        *,
        case
            {% for fit in fits %}
            when {{ fit }} = best_fit then {{ loop.index }}
            {% else %}
            when true then null
            {% endfor %}
        end as best_number

    from best

),

runners_up as (

    select
        *,
        {{ largest(other_fits or ['null']) }} as next_fit

    from numbered

),

-- How far the best segment must be ahead of the old one before a customer moves: a
-- share of the margin that half of the customers have, fixed with the model.
margins as (

    select
        *,
        best_fit - next_fit as margin,
        best_fit - {{ hysteresis_reach(calibration) }} as closest_fit,
        case best_number
            {% for segment in segments %}
            when {{ loop.index }} then {{ sql_text(segment.segment_id) }}
            {% else %}
            when 0 then cast(null as varchar)
            {% endfor %}
        end as segment_id,
        case
            {% for segment in segments %}
            when best_number <> {{ loop.index }} and fit_{{ loop.index }} = next_fit
                then {{ sql_text(segment.segment_id) }}
            {% else %}
            when false then cast(null as varchar)
            {% endfor %}
        end as next_segment_id

    from runners_up

),

assignments as (

    select
        customer_id,
        as_of_date,
        lifetime_revenue,
        rfm_group,
        r_score,
        f_score,
        m_score,
        segment_id,
        next_segment_id,
        margin,
        case
            when next_fit >= closest_fit
                then
                    {{ known_texts(['segment_id'] + close_ids) }}
            else {{ known_texts(['segment_id']) }}
        end as close_segment_ids,
        -- The last bits of a sum depend on the engine; six digits do not.
        round({{ calibrated('margin', calibration) }}, 6) as confidence

    from margins

)

select * from assignments
