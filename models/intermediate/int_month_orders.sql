-- depends_on: {{ ref('base_source_months') }}
{{ config(
    materialized='in_parts',
    part_column='month_start',
    parts="{{ source_month_parts(ref('base_source_months')) }}"
) }}

with

transactions as (

    select * from {{ ref('stg_transactions') }}

    where {{ is_in_part_files() }} and {{ is_in_part_months() }}

),

orders as (

    select
        customer_id,
        order_id,
        {{ month_start('ordered_date') }} as month_start,
        min(ordered_date) as ordered_date,
        min(channel) as channel,
        -- A discount written as a line is no line of the basket.
        count(*) filter (where is_discount_line is not true) as line_count,
        count(*) filter (where is_return) as return_line_count,
        coalesce(
            sum(net_amount + coalesce(refunded_amount, 0)) filter (where not is_return),
            0
        ) as gross_amount,
        coalesce(-sum(net_amount) filter (where is_return), 0)
        + coalesce(sum(refunded_amount) filter (where not is_return), 0)
            as refund_amount,
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount,
        cast({{ row_hash('customer_id, order_id') }} as decimal(20, 0)) as order_hash

    from transactions

    group by customer_id, order_id, {{ month_start('ordered_date') }}

)

select * from orders
