-- Customers worth winning back, most valuable first: quiet by their recency score, with
-- the segment they are in now and the one they were in a month ago.
with

customers as (

    select * from {{ ref('customer_segments') }}

),

segments as (

    select * from {{ ref('segments') }}

),

at_risk as (

    select
        customers.customer_id,
        customers.segment_name,
        previous_segments.segment_name as previous_segment_name,
        customers.rfm_group,
        customers.recency_days,
        customers.order_count,
        customers.monetary_value,
        sum(customers.monetary_value) over (
            order by customers.monetary_value desc, customers.customer_id asc
        ) as running_revenue,
        customers.recommended_action

    from customers

    left join segments as previous_segments
        on customers.previous_segment_id = previous_segments.segment_id

    where customers.r_score <= {{ var('at_risk_r_score') }}

)

select * from at_risk

order by monetary_value desc, customer_id asc
