with

judged as (

    select * from {{ ref('base_transactions_judged') }}

),

accepted as (

    select
        customer_id,
        -- Without an order id, what a customer buys on one day is one order.
        coalesce(order_id, customer_id || ' ' || cast(ordered_date as varchar))
            as order_id,
        product_id,
        category,
        channel,
        ordered_at,
        ordered_date,
        net_amount,
        discount_amount,
        refunded_amount,
        quantity,
        is_return,
        is_discount_line,
        source_file

    from judged

    where reason is null

)

select * from accepted
