-- A view, as most orders are the row of their only month.
{{ config(materialized=derived_when_read()) }}

with

month_orders as (

    select * from {{ ref('int_month_orders') }}

),

carried_orders as (

    select * from {{ ref('int_carried_orders') }}

),

orders as (

    select
        month_orders.customer_id,
        month_orders.order_id,
        month_orders.ordered_date,
        month_orders.channel,
        month_orders.line_count,
        month_orders.return_line_count,
        month_orders.item_count,
        month_orders.return_item_count,
        month_orders.gross_amount,
        month_orders.refund_amount,
        month_orders.net_amount,
        month_orders.discount_amount

    from month_orders

    left join carried_orders
        on
            month_orders.customer_id = carried_orders.customer_id
            and month_orders.order_id = carried_orders.order_id

    where carried_orders.customer_id is null

    union all

    select
        customer_id,
        order_id,
        ordered_date,
        channel,
        line_count,
        return_line_count,
        item_count,
        return_item_count,
        gross_amount,
        refund_amount,
        net_amount,
        discount_amount

    from carried_orders

)

select
    *,
    net_amount > 0 as is_paid

from orders
