with

rfm_scores as (

    select * from {{ ref('int_rfm_scores') }}

),

assignments as (

    select * from {{ ref('int_segment_assignments') }}

),

segments_by_date as (

    select
        rfm_scores.customer_id,
        rfm_scores.as_of_date,
        coalesce(assignments.segment_id, 'no_orders') as segment_id,
        assignments.next_segment_id,
        assignments.margin,
        assignments.confidence,
        rfm_scores.rfm_group,
        rfm_scores.r_score,
        rfm_scores.f_score,
        rfm_scores.m_score

    from rfm_scores

    left join assignments
        on
            rfm_scores.customer_id = assignments.customer_id
            and rfm_scores.as_of_date = assignments.as_of_date

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
