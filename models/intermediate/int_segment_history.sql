-- depends_on: {{ ref('int_rfm_scores') }}
-- depends_on: {{ ref('fitted_candidates') }}
{% set calibration = fitted_calibration() %}

with

assignments as (

    select * from {{ ref('int_segment_assignments') }}

),

-- A customer near a border does not flap: the segment of the date before is kept until
-- another one is ahead of it by more than the hysteresis. Only who was ever near one
-- has a path to follow.
near_border as (

    select distinct customer_id from assignments

    where is_near_border

),

paths as (

    select
        assignments.customer_id,
        {{ ordered_list('assignments.as_of_date', 'assignments.as_of_date') }}
            as as_of_dates,
        {{ ordered_list('assignments.segment_id', 'assignments.as_of_date') }}
            as best_segment_ids,
        {{ steadied_path(
            ordered_list('assignments.close_segment_ids', 'assignments.as_of_date')
        ) }} as segment_ids

    from assignments

    inner join near_border
        on assignments.customer_id = near_border.customer_id

    group by assignments.customer_id

),

path_steps as (

    select
        customer_id,
        unnest(as_of_dates) as as_of_date,
        unnest(best_segment_ids) as best_segment_id,
        unnest(segment_ids) as segment_id

    from paths

),

held as (

    select * from path_steps

    where segment_id <> best_segment_id

),

-- One who is held is as sure of the segment as one on the border; the segment that
-- fits best is the next.
steadied as (

    select
        assignments.customer_id,
        assignments.as_of_date,
        coalesce(held.segment_id, assignments.segment_id) as segment_id,
        held.segment_id is not null as is_held,
        case
            when held.segment_id is not null then assignments.segment_id
            else assignments.next_segment_id
        end as next_segment_id,
        case
            when held.segment_id is not null then 0
            else assignments.margin
        end as margin,
        case
            when held.segment_id is not null
                then {{ least_confidence(calibration) }}
            else assignments.confidence
        end as confidence,
        assignments.lifetime_revenue,
        assignments.rfm_group,
        assignments.r_score,
        assignments.f_score,
        assignments.m_score

    from assignments

    left join held
        on
            assignments.customer_id = held.customer_id
            and assignments.as_of_date = held.as_of_date

    {% if has_transactions() %}
    union all

    -- Nothing to cluster on: a special segment, and no scores.
    select
        customer_id,
        as_of_date,
        'no_orders' as segment_id,
        false as is_held,
        null as next_segment_id,
        null as margin,
        null as confidence,
        lifetime_revenue,
        rfm_group,
        r_score,
        f_score,
        m_score

    from {{ ref('int_rfm_scores') }}

    where order_count = 0
    {% endif %}

),

with_previous as (

    select
        *,
        lag(segment_id) over customer_dates as previous_segment_id,
        lag(r_score + f_score + m_score) over customer_dates as previous_rfm_total

    from steadied

    window customer_dates as (partition by customer_id order by as_of_date)

)

select * from with_previous
