with

judged as (

    select * from {{ ref('base_transactions_judged') }}

),

accepted as (

    select
        customer_id,
        {{ order_id_or_day() }} as order_id,
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
