-- depends_on: {{ ref('base_source_months') }}
-- depends_on: {{ ref('base_months') }}
{{ config(materialized='month_by_month') }}

with

transactions as (

    select
        *,
        cast(date_trunc('month', ordered_date) as date) as month_start,
        -- A discount written as a line is no line of the basket.
        is_discount_line is not true as is_in_basket

    from {{ ref('stg_transactions') }}

),

-- A product is one item, on however many lines it stands: its lines are added up first,
-- as counting what differs within an order takes three times as long.
products as (

    select
        customer_id,
        order_id,
        month_start,
        product_id,
        min(ordered_date) as ordered_date,
        min(channel) as channel,
        count(*) filter (where is_in_basket) as line_count,
        count(*) filter (where is_return and is_in_basket) as return_line_count,
        count(*) filter (where not is_return and is_in_basket) as sold_line_count,
        sum(net_amount + coalesce(refunded_amount, 0)) filter (where not is_return)
            as gross_amount,
        coalesce(-sum(net_amount) filter (where is_return), 0)
        + coalesce(sum(refunded_amount) filter (where not is_return), 0)
            as refund_amount,
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount

    from transactions

    where {{ is_in_hand() }}

    group by customer_id, order_id, month_start, product_id

),

-- A line without a product is an item of its own.
orders as (

    select
        customer_id,
        order_id,
        month_start,
        min(ordered_date) as ordered_date,
        min(channel) as channel,
        sum(line_count) as line_count,
        sum(return_line_count) as return_line_count,
        sum(
            case
                when product_id is null then sold_line_count
                else least(sold_line_count, 1)
            end
        ) as sold_item_count,
        sum(
            case
                when product_id is null then return_line_count
                else least(return_line_count, 1)
            end
        ) as return_item_count,
        coalesce(sum(gross_amount), 0) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount

    from products

    group by customer_id, order_id, month_start

)

select
    customer_id,
    order_id,
    month_start,
    ordered_date,
    channel,
    cast(line_count as bigint) as line_count,
    cast(return_line_count as bigint) as return_line_count,
    cast(sold_item_count + return_item_count as bigint) as item_count,
    cast(return_item_count as bigint) as return_item_count,
    cast(gross_amount as decimal(18, 2)) as gross_amount,
    cast(refund_amount as decimal(18, 2)) as refund_amount,
    cast(net_amount as decimal(18, 2)) as net_amount,
    cast(discount_amount as decimal(18, 2)) as discount_amount,
    cast({{ row_hash('customer_id, order_id') }} as decimal(20, 0))
        as order_hash

from orders
