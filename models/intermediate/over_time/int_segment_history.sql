{{
    config(
        materialized='date_by_date',
        dates='int_history_dates',
        customers='int_rfm_scores',
    )
}}

with

history_dates as (

    select * from {{ ref('int_history_dates') }}

    where as_of_date = {{ date_in_hand() }}

),

assignments as (

    select * from {{ ref('int_segment_assignments') }}

    where
        as_of_date = {{ date_in_hand() }}
        and {{ is_customer_in_hand('customer_id') }}

),

scores as (

    select * from {{ ref('int_rfm_scores') }}

    where
        as_of_date = {{ date_in_hand() }}
        and {{ is_customer_in_hand('customer_id') }}

),

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

-- How far customers are spread, over all features together.
spread as (

    select sqrt(sum(cast(scale_weight * scale_weight as decimal(18, 9)))) as deviation

    from {{ ref('fitted_features') }}

    where is_used

),

-- Within what distance a customer is where it was. Few features spread customers less,
-- and hold them less. Where nearly all movement is chance, the distance goes, over the
-- last fifth of that share, to as far as chance goes: no step that one customer could
-- take everybody over.
chance as (

    select
        cast(
            max(item_value) filter (where item = 'chance_reach') as double
        ) as reach,
        greatest(0, least(
            1,
            5.0 / {{ var('chance_share_maximum') }}
            * cast(
                max(item_value) filter (where item = 'chance_share') as double
            )
            - 4
        )) as weight

    from {{ ref('fitted_reference') }}

),

memory as (

    select
        own.radius
        + case
            when own.radius > 0 and chance.reach > own.radius
                then chance.weight * (chance.reach - own.radius)
            else 0
        end as radius

    from (
        select
            least(
                {{ var('memory_radius') }},
                {{ var('memory_spread_share') }} * deviation
            ) as radius

        from spread
    ) as own

    cross join chance

),

before as (

    select
        history.customer_id,
        history.segment_id,
        history.rfm_group,
        history.f_score,
        history.held_r_score

    from {{ this }} as history

    inner join history_dates
        on history.as_of_date = history_dates.previous_date

),

-- Where each customer was before: the month ends on which it was far from all others. One
-- that was still needed when its year was over is there again, with a younger date.
anchors as not materialized (

    select
        history.customer_id,
        history.as_of_date,
        history.segment_id,
        history.anchor,
        history.as_of_date
        < {{ months_before(
            'history_dates.as_of_date', var('memory_months') | int - 1
        ) }} as is_almost_over

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
        distances.as_of_date,
        distances.segment_id,
        row_number() over (
            partition by distances.customer_id
            order by
                coalesce(distances.segment_id <> before.segment_id, true),
                distances.distance,
                distances.as_of_date
        ) as anchor_rank

    from distances

    left join before
        on distances.customer_id = before.customer_id

    cross join memory

    where distances.distance <= memory.radius

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
        -- The first segment after the settling is no move yet.
        coalesce(
            scores.tenure_days
            - coalesce(
                date_diff(
                    'day', history_dates.previous_date, history_dates.as_of_date
                ),
                0
            ) >= {{ var('settling_days') }},
            false
        ) as is_settled,
        coalesce(scores.tenure_days >= {{ var('settling_days') }}, false)
            as has_memory,
        near_anchors.segment_id as anchor_segment_id,
        last_anchors.anchor as last_anchor

    from assignments

    cross join history_dates

    left join scores
        on assignments.customer_id = scores.customer_id

    left join near_anchors
        on
            assignments.customer_id = near_anchors.customer_id
            and near_anchors.anchor_rank = 1

    left join anchors as last_anchors
        on
            near_anchors.customer_id = last_anchors.customer_id
            and near_anchors.as_of_date = last_anchors.as_of_date
            and last_anchors.is_almost_over

),

placed as (

    select
        customer_id,
        as_of_date,
        case
            when has_memory then coalesce(anchor_segment_id, nearest_segment_id)
            else nearest_segment_id
        end as segment_id,
        has_memory
        and coalesce(anchor_segment_id <> nearest_segment_id, false) as is_held,
        nearest_segment_id,
        next_segment_id,
        margin,
        confidence,
        least_confidence,
        is_settled,
        case
            when has_memory and anchor_segment_id is null then vector
            when has_memory then last_anchor
        end as anchor

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

),

-- An RFM group is held while nothing but chance need have moved it: the same frequency,
-- and a recency that the wait for the next order changes by itself.
with_rfm as (

    select
        placed.*,
        scores.lifetime_revenue,
        scores.rfm_group,
        scores.r_score,
        scores.f_score,
        scores.m_score,
        before.segment_id as previous_segment_id,
        before.rfm_group as previous_rfm_group,
        case
            when
                scores.f_score = before.f_score
                and abs(scores.r_score - before.held_r_score)
                <= {{ var('rfm_recency_tolerance') }}
                then before.held_r_score
            else scores.r_score
        end as held_r_score

    from placed

    left join scores
        on placed.customer_id = scores.customer_id

    left join before
        on placed.customer_id = before.customer_id

)

-- One who is held is as sure of the segment as one on the border; the segment that is
-- nearest is the next. A table of attributes has no scores.
select
    with_rfm.customer_id,
    with_rfm.as_of_date,
    with_rfm.segment_id,
    with_rfm.is_held,
    case
        when with_rfm.is_held then with_rfm.nearest_segment_id
        else with_rfm.next_segment_id
    end as next_segment_id,
    case when with_rfm.is_held then 0 else with_rfm.margin end as margin,
    case
        when with_rfm.is_held then with_rfm.least_confidence
        else with_rfm.confidence
    end as confidence,
    with_rfm.is_settled,
    with_rfm.anchor,
    with_rfm.lifetime_revenue,
    with_rfm.rfm_group,
    with_rfm.r_score,
    with_rfm.f_score,
    with_rfm.m_score,
    with_rfm.held_r_score,
    coalesce(rfm_grid.rfm_group, with_rfm.rfm_group) as held_rfm_group,
    with_rfm.previous_segment_id,
    with_rfm.previous_rfm_group

from with_rfm

left join rfm_grid
    on
        with_rfm.held_r_score = rfm_grid.r_score
        and with_rfm.f_score = rfm_grid.f_score
