with

rfm_scores as (

    select * from {{ ref('int_rfm_scores') }}

),

assignments as (

    select * from {{ ref('int_segment_assignments') }}

),

selected_candidate as (

    select * from {{ ref('fitted_candidates') }}

    where is_selected

),

-- A customer near a border does not flap: the segment of the date before is kept until
-- another one is ahead of it by more than the hysteresis.
paths as (

    select
        customer_id,
        {{ ordered_list('as_of_date', 'as_of_date') }} as as_of_dates,
        {{ steadied_path(ordered_list('close_segment_ids', 'as_of_date')) }}
            as segment_ids

    from assignments

    group by customer_id

),

path_steps as (

    select
        customer_id,
        unnest(as_of_dates) as as_of_date,
        unnest(segment_ids) as segment_id

    from paths

),

-- One who is held is as sure of the segment as one on the border; the segment that
-- fits best is the next.
steadied as (

    select
        assignments.customer_id,
        assignments.as_of_date,
        path_steps.segment_id,
        path_steps.segment_id <> assignments.segment_id as is_held,
        case
            when path_steps.segment_id <> assignments.segment_id
                then assignments.segment_id
            else assignments.next_segment_id
        end as next_segment_id,
        case
            when path_steps.segment_id <> assignments.segment_id then 0
            else assignments.margin
        end as margin,
        case
            when path_steps.segment_id <> assignments.segment_id
                then selected_candidate.calibration_confidences[1]
            else assignments.confidence
        end as confidence

    from assignments

    inner join path_steps
        on
            assignments.customer_id = path_steps.customer_id
            and assignments.as_of_date = path_steps.as_of_date

    cross join selected_candidate

),

-- Customers of an attribute table have a segment, and no scores.
segments_by_date as (

    select
        coalesce(rfm_scores.customer_id, steadied.customer_id) as customer_id,
        coalesce(rfm_scores.as_of_date, steadied.as_of_date) as as_of_date,
        coalesce(steadied.segment_id, 'no_orders') as segment_id,
        coalesce(steadied.is_held, false) as is_held,
        steadied.next_segment_id,
        steadied.margin,
        steadied.confidence,
        rfm_scores.rfm_group,
        rfm_scores.r_score,
        rfm_scores.f_score,
        rfm_scores.m_score

    from rfm_scores

    full outer join steadied
        on
            rfm_scores.customer_id = steadied.customer_id
            and rfm_scores.as_of_date = steadied.as_of_date

),

with_previous as (

    select
        *,
        lag(segment_id) over customer_dates as previous_segment_id,
        lag(r_score + f_score + m_score) over customer_dates as previous_rfm_total

    from segments_by_date

    window customer_dates as (partition by customer_id order by as_of_date)

)

select * from with_previous
