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

-- Customers with nothing to cluster on are in a special segment.
placed as (

    select
        customer_id,
        as_of_date,
        segment_id,
        close_segment_ids,
        next_segment_id,
        margin,
        confidence,
        least_confidence

    from assignments

    union all

    select
        customer_id,
        as_of_date,
        'no_orders' as segment_id,
        cast(null as varchar[]) as close_segment_ids,
        null as next_segment_id,
        null as margin,
        null as confidence,
        null as least_confidence

    from scores

    where order_count = 0

),

-- Customers near a border do not go back and forth: they keep the segment of the date
-- before until another is ahead of it by more than the hysteresis.
held as (

    select
        placed.customer_id,
        placed.as_of_date,
        placed.segment_id,
        placed.next_segment_id,
        placed.margin,
        placed.confidence,
        placed.least_confidence,
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

)

-- Held customers are as sure of their segment as those on the border; the runner-up is
-- the segment that fits best. A table of attributes has no scores.
select
    held.customer_id,
    held.as_of_date,
    case when held.is_held then held.previous_segment_id else held.segment_id end
        as segment_id,
    held.is_held,
    case when held.is_held then held.segment_id else held.next_segment_id end
        as next_segment_id,
    case when held.is_held then 0 else held.margin end as margin,
    case when held.is_held then held.least_confidence else held.confidence end
        as confidence,
    scores.lifetime_revenue,
    scores.rfm_group,
    scores.r_score,
    scores.f_score,
    scores.m_score,
    held.previous_segment_id,
    held.previous_rfm_total

from held

left join scores
    on held.customer_id = scores.customer_id
