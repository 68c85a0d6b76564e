{{ config(materialized=derived_when_read()) }}

with

history as (

    select * from {{ ref('int_segment_history') }}

),

segments as (

    select * from {{ ref('int_segments') }}

)

select
    history.as_of_date,
    history.customer_id,
    history.segment_id,
    segments.segment_name,
    history.is_held,
    history.is_settled,
    history.lifetime_revenue,
    history.rfm_group,
    history.held_rfm_group,
    history.r_score,
    history.f_score,
    history.m_score,
    cast(history.confidence as double) as confidence

from history

inner join segments
    on history.segment_id = segments.segment_id

-- A table of attributes has no history.
where {{ 'true' if has_transactions() else 'false' }}
