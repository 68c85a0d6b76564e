-- depends_on: {{ ref('base_source_months') }}
{{ config(
    materialized='incremental',
    pre_hook="{{ delete_changed(ref('base_months'), 'month_start') }}"
) }}

with

-- A month whose source rows have not changed keeps its orders.
months as (

    select
        months.month_start,
        months.fingerprint

    from {{ ref('base_months') }} as months

    where {{ is_missing('months', 'month_start') }}

),

transactions as (

    select * from {{ ref('stg_transactions') }}

    where {{ is_in_changed_files() }}

),

orders as (

    select
        transactions.customer_id,
        transactions.order_id,
        months.month_start,
        min(transactions.ordered_date) as ordered_date,
        min(transactions.channel) as channel,
        -- A discount written as a line is no line of the basket.
        count(*) filter (where transactions.is_discount_line is not true)
            as line_count,
        count(*) filter (where transactions.is_return) as return_line_count,
        -- A product is one item, on however many lines it stands; a line without one
        -- is an item of its own.
        count(distinct transactions.product_id) filter (
            where not transactions.is_return
            and transactions.is_discount_line is not true
        )
        + count(*) filter (
            where not transactions.is_return
            and transactions.is_discount_line is not true
            and transactions.product_id is null
        ) as sold_item_count,
        count(distinct transactions.product_id) filter (where transactions.is_return)
        + count(*) filter (
            where transactions.is_return and transactions.product_id is null
        ) as return_item_count,
        coalesce(
            sum(transactions.net_amount + coalesce(transactions.refunded_amount, 0))
            filter (where not transactions.is_return),
            0
        ) as gross_amount,
        coalesce(
            -sum(transactions.net_amount) filter (where transactions.is_return), 0
        )
        + coalesce(
            sum(transactions.refunded_amount) filter (where not transactions.is_return),
            0
        ) as refund_amount,
        sum(transactions.net_amount) as net_amount,
        sum(transactions.discount_amount) as discount_amount,
        months.fingerprint

    from transactions

    inner join months
        on
            cast(date_trunc('month', transactions.ordered_date) as date)
            = months.month_start

    group by
        transactions.customer_id,
        transactions.order_id,
        months.month_start,
        months.fingerprint

)

select
    customer_id,
    order_id,
    month_start,
    ordered_date,
    channel,
    line_count,
    return_line_count,
    sold_item_count + return_item_count as item_count,
    return_item_count,
    cast(gross_amount as decimal(18, 2)) as gross_amount,
    cast(refund_amount as decimal(18, 2)) as refund_amount,
    cast(net_amount as decimal(18, 2)) as net_amount,
    cast(discount_amount as decimal(18, 2)) as discount_amount,
    cast({{ row_hash('customer_id, order_id') }} as decimal(20, 0)) as order_hash,
    fingerprint

from orders
