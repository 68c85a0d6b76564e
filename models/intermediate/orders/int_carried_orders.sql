with

month_orders as not materialized (

    select * from {{ ref('int_month_orders') }}

),

-- Hashes first, as there is one for every order there has ever been.
repeated as (

    select order_hash from month_orders

    group by order_hash

    having count(*) > 1

),

candidates as (

    select month_orders.*
    from month_orders

    inner join repeated
        on month_orders.order_hash = repeated.order_hash

),

-- A refund booked under an order's id is netted against that order, whatever its date.
orders as (

    select
        customer_id,
        order_id,
        min(ordered_date) as ordered_date,
        min(channel) as channel,
        sum(line_count) as line_count,
        sum(return_line_count) as return_line_count,
        sum(item_count) as item_count,
        sum(return_item_count) as return_item_count,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount,
        {{ ordered_list('month_start', 'month_start') }} as month_starts

    from candidates

    group by customer_id, order_id

    having count(*) > 1

)

select
    customer_id,
    order_id,
    ordered_date,
    channel,
    cast(line_count as bigint) as line_count,
    cast(return_line_count as bigint) as return_line_count,
    cast(item_count as bigint) as item_count,
    cast(return_item_count as bigint) as return_item_count,
    cast(gross_amount as decimal(18, 2)) as gross_amount,
    cast(refund_amount as decimal(18, 2)) as refund_amount,
    cast(net_amount as decimal(18, 2)) as net_amount,
    cast(discount_amount as decimal(18, 2)) as discount_amount,
    month_starts

from orders
