-- Customers worth winning back, the most at stake first: three order days or more, a wait
-- longer than most of theirs, and a good chance that no order comes within the horizon.
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
        customers.lifecycle,
        customers.recency_days,
        customers.order_count,
        customers.silence_probability,
        customers.expected_spend,
        customers.spend_at_stake,
        sum(customers.spend_at_stake) over (
            order by customers.spend_at_stake desc, customers.customer_id asc
        ) as running_stake,
        customers.recommended_action

    from customers

    left join segments as previous_segments
        on customers.previous_segment_id = previous_segments.segment_id

    where customers.is_at_risk

)

select * from at_risk

order by spend_at_stake desc, customer_id asc
