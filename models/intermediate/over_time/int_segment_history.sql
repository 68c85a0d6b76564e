-- depends_on: {{ ref('int_as_of_dates') }}
-- depends_on: {{ ref('int_rfm_scores') }}
-- depends_on: {{ ref('fitted_features') }}
-- depends_on: {{ ref('fitted_segments') }}
-- depends_on: {{ ref('fitted_candidates') }}
{{ config(
    materialized='in_parts',
    part_column='as_of_date',
    parts="{{ date_parts(ref('int_as_of_dates')) }}"
) }}

{% set calibration = fitted_calibration() %}

-- Made again for every date when the model is another one:
-- {{ fitted_fingerprint() }}
with

assignments as (

    select * from {{ ref('int_segment_assignments') }}

    where as_of_date = {{ part() }}

),

before as (

    select
        customer_id,
        segment_id,
        r_score + f_score + m_score as rfm_total

    from {{ this }}

    where as_of_date = {{ part_before() }}

),

placed as (

    select
        customer_id,
        as_of_date,
        segment_id,
        close_segment_ids,
        next_segment_id,
        margin,
        confidence,
        lifetime_revenue,
        rfm_group,
        r_score,
        f_score,
        m_score

    from assignments

    {% if has_transactions() %}
    union all

    -- Nothing to cluster on: a special segment, and no scores.
    select
        customer_id,
        as_of_date,
        'no_orders' as segment_id,
        cast(null as varchar[]) as close_segment_ids,
        null as next_segment_id,
        null as margin,
        null as confidence,
        lifetime_revenue,
        rfm_group,
        r_score,
        f_score,
        m_score

    from {{ ref('int_rfm_scores') }}

    where as_of_date = {{ part() }} and order_count = 0
    {% endif %}

),

-- A customer near a border does not flap: the segment of the date before is kept until
-- another one is ahead of it by more than the hysteresis.
held as (

    select
        placed.*,
        before.segment_id as previous_segment_id,
        before.rfm_total as previous_rfm_total,
        coalesce(
            before.segment_id <> placed.segment_id
            and list_contains(placed.close_segment_ids, before.segment_id),
            false
        ) as is_held

    from placed

    left join before
        on placed.customer_id = before.customer_id

),

-- One who is held is as sure of the segment as one on the border; the segment that
-- fits best is the next.
steadied as (

    select
        customer_id,
        as_of_date,
        case when is_held then previous_segment_id else segment_id end as segment_id,
        is_held,
        case when is_held then segment_id else next_segment_id end as next_segment_id,
        case when is_held then 0 else margin end as margin,
        case
            when is_held then {{ least_confidence(calibration) }}
            else confidence
        end as confidence,
        lifetime_revenue,
        rfm_group,
        r_score,
        f_score,
        m_score,
        previous_segment_id,
        previous_rfm_total

    from held

)

select * from steadied
