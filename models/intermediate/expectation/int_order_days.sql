with

orders as (

    select * from {{ ref('int_orders') }}

),

cut_offs as (

    select * from {{ ref('int_expectation_cut_offs') }}

    where is_newest

),

-- Several orders of one day are one decision to buy. A refund is money of its day, and
-- no order.
days as (

    select
        orders.customer_id,
        orders.ordered_date,
        max(case when orders.is_paid then 1 else 0 end) = 1 as is_order_day,
        cast(sum(orders.net_amount) as decimal(18, 2)) as net_amount

    from orders

    inner join cut_offs
        on orders.ordered_date <= cut_offs.cut_off_date

    group by
        orders.customer_id,
        orders.ordered_date

),

with_previous as (

    select
        *,
        max(case when is_order_day then ordered_date end) over (
            partition by customer_id
            order by ordered_date
            rows between unbounded preceding and 1 preceding
        ) as previous_date

    from days

),

with_waits as (

    select
        customer_id,
        ordered_date,
        is_order_day,
        net_amount,
        case
            when is_order_day
                then cast(date_diff('day', previous_date, ordered_date) as bigint)
        end as waited_days

    from with_previous

)

select * from with_waits
