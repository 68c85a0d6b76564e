-- What each customer brought in each month: the one pass that the monthly marts share.
with

order_days as (

    select * from {{ ref('int_order_days') }}

),

activity as (

    select
        customer_id,
        cast(date_trunc('month', ordered_date) as date) as month_start,
        max(case when is_order_day then 1 else 0 end) = 1 as has_ordered,
        sum(net_amount) as net_amount

    from order_days

    group by
        customer_id,
        cast(date_trunc('month', ordered_date) as date)

),

-- A customer's cohort is the month of the first paid order; a refund founds none.
with_cohort as (

    select
        *,
        min(case when has_ordered then month_start end) over (
            partition by customer_id
        ) as cohort_month

    from activity

)

select
    customer_id,
    month_start,
    cohort_month,
    cast(date_diff('month', cohort_month, month_start) as bigint) as months_since,
    has_ordered,
    cast(net_amount as decimal(18, 2)) as net_amount

from with_cohort
