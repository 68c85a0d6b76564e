{{ config(materialized='date_by_date', dates='int_history_dates') }}

with

history_dates as (

    select * from {{ ref('int_history_dates') }}

    where as_of_date = {{ date_in_hand() }}

),

assignments as (

    select * from {{ ref('int_segment_assignments') }}

    where as_of_date = {{ date_in_hand() }}

),

scores as (

    select * from {{ ref('int_rfm_scores') }}

    where as_of_date = {{ date_in_hand() }}

),

before as (

    select
        history.customer_id,
        history.segment_id,
        history.r_score + history.f_score + history.m_score as rfm_total

    from {{ this }} as history

    inner join history_dates
        on history.as_of_date = history_dates.previous_date

),

-- Where each customer was before: the month ends on which it was far from all others.
anchors as (

    select
        history.customer_id,
        history.as_of_date,
        history.segment_id,
        history.anchor

    from {{ this }} as history

    inner join history_dates
        on
            history.as_of_date < history_dates.as_of_date
            and history.as_of_date
            >= {{ months_before('history_dates.as_of_date', var('memory_months')) }}

    where history.anchor is not null

),

distances as (

    select
        anchors.customer_id,
        anchors.as_of_date,
        anchors.segment_id,
        {{ distance('assignments.vector', 'anchors.anchor') }} as distance

    from anchors

    inner join assignments
        on anchors.customer_id = assignments.customer_id

),

-- Of the anchors that are near enough one of the segment before, else the closest; of two
-- as close the older.
near_anchors as (

    select
        distances.customer_id,
        min(
            struct_pack(
                is_a_move := coalesce(distances.segment_id <> before.segment_id, true),
                distance := distances.distance,
                as_of_date := distances.as_of_date,
                segment_id := distances.segment_id
            )
        ) as best

    from distances

    left join before
        on distances.customer_id = before.customer_id

    where distances.distance <= {{ var('memory_radius') }}

    group by distances.customer_id

),

-- A customer who is where it was before is in the segment it was in before, although
-- another one may be nearer by now. In the first days the nearest segment counts.
remembered as (

    select
        assignments.customer_id,
        assignments.as_of_date,
        assignments.segment_id as nearest_segment_id,
        assignments.next_segment_id,
        assignments.margin,
        assignments.confidence,
        assignments.least_confidence,
        assignments.vector,
        coalesce(scores.tenure_days >= {{ var('settling_days') }}, false) as is_settled,
        case
            when
                scores.tenure_days >= {{ var('settling_days') }}
                then near_anchors.best.segment_id
        end as remembered_segment_id

    from assignments

    left join scores
        on assignments.customer_id = scores.customer_id

    left join near_anchors
        on assignments.customer_id = near_anchors.customer_id

),

placed as (

    select
        customer_id,
        as_of_date,
        coalesce(remembered_segment_id, nearest_segment_id) as segment_id,
        coalesce(remembered_segment_id <> nearest_segment_id, false) as is_held,
        nearest_segment_id,
        next_segment_id,
        margin,
        confidence,
        least_confidence,
        is_settled,
        case when is_settled and remembered_segment_id is null then vector end
            as anchor

    from remembered

    union all

    -- Whoever has nothing to cluster on is in a special segment.
    select
        customer_id,
        as_of_date,
        'no_orders' as segment_id,
        false as is_held,
        null as nearest_segment_id,
        null as next_segment_id,
        null as margin,
        null as confidence,
        null as least_confidence,
        false as is_settled,
        null as anchor

    from scores

    where first_order_date is null

)

-- One who is held is as sure of the segment as one on the border; the segment that is
-- nearest is the next. A table of attributes has no scores.
select
    placed.customer_id,
    placed.as_of_date,
    placed.segment_id,
    placed.is_held,
    case
        when placed.is_held then placed.nearest_segment_id
        else placed.next_segment_id
    end as next_segment_id,
    case when placed.is_held then 0 else placed.margin end as margin,
    case when placed.is_held then placed.least_confidence else placed.confidence end
        as confidence,
    placed.is_settled,
    placed.anchor,
    scores.lifetime_revenue,
    scores.rfm_group,
    scores.r_score,
    scores.f_score,
    scores.m_score,
    before.segment_id as previous_segment_id,
    before.rfm_total as previous_rfm_total

from placed

left join scores
    on placed.customer_id = scores.customer_id

left join before
    on placed.customer_id = before.customer_id
