with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

-- A refund booked under its order's id nets against that order, whatever its date.
orders as (

    select
        customer_id,
        order_id,
        min(ordered_date) as ordered_date,
        min(channel) as channel,
        count(*) as line_count,
        count(*) filter (where is_return) as return_line_count,
        coalesce(sum(net_amount) filter (where not is_return), 0) as gross_amount,
        coalesce(-sum(net_amount) filter (where is_return), 0) as refund_amount,
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount

    from transactions

    group by customer_id, order_id

)

select
    customer_id,
    order_id,
    ordered_date,
    channel,
    line_count,
    return_line_count,
    cast(gross_amount as decimal(18, 2)) as gross_amount,
    cast(refund_amount as decimal(18, 2)) as refund_amount,
    cast(net_amount as decimal(18, 2)) as net_amount,
    cast(discount_amount as decimal(18, 2)) as discount_amount,
    net_amount > 0 as is_paid

from orders

-- A month's orders lie together: int_customer_months reads one month after the other.
order by {{ month_start('ordered_date') }}
