{{ config(
    materialized='incremental',
    pre_hook="{{ delete_changed(ref('int_month_fingerprints'), 'month_start') }}"
) }}

with

months as (

    select
        months.month_start,
        months.fingerprint

    from {{ ref('int_month_fingerprints') }} as months

    where {{ is_missing('months', 'month_start') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

category_months as (

    select * from {{ ref('int_category_months') }}

),

categories as (

    select * from {{ ref('int_categories') }}

),

followed_channel as (

    select channel from {{ ref('int_channels') }}

    where is_followed

),

-- Only paid orders (positive net) count as orders; the rest still counts as money.
order_months as (

    select
        orders.customer_id,
        months.month_start,
        count(*) filter (where orders.is_paid) as order_count,
        min(orders.ordered_date) filter (where orders.is_paid) as first_order_date,
        max(orders.ordered_date) filter (where orders.is_paid) as last_order_date,
        coalesce(
            bit_or(cast(1 as bigint) << (day(orders.ordered_date) - 1))
            filter (where orders.is_paid),
            0
        ) as order_day_mask,
        sum(orders.net_amount) as net_amount,
        sum(orders.refund_amount) as refund_amount,
        coalesce(sum(orders.gross_amount) filter (where orders.is_paid), 0)
            as order_value,
        coalesce(
            sum(orders.gross_amount * orders.gross_amount)
            filter (where orders.is_paid),
            0
        ) as squared_order_value,
        sum(orders.gross_amount) as gross_amount,
        sum(orders.discount_amount) as discount_amount,
        sum(orders.item_count) as item_count,
        sum(orders.return_item_count) as return_item_count,
        count(*) filter (
            where orders.is_paid and {{ is_weekend('orders.ordered_date') }}
        ) as weekend_order_count,
        count(*) filter (
            where orders.is_paid and orders.channel = followed_channel.channel
        ) as channel_order_count,
        count(orders.channel) filter (where orders.is_paid)
            as known_channel_order_count,
        months.fingerprint

    from orders

    inner join months
        on cast(date_trunc('month', orders.ordered_date) as date) = months.month_start

    left join followed_channel
        on true

    group by orders.customer_id, months.month_start, months.fingerprint

),

-- The days between order days of one month; int_order_gaps has those between months.
order_days as (

    select distinct
        orders.customer_id,
        months.month_start,
        orders.ordered_date

    from orders

    inner join months
        on cast(date_trunc('month', orders.ordered_date) as date) = months.month_start

    where orders.is_paid

),

gaps as (

    select
        customer_id,
        month_start,
        date_diff(
            'day',
            lag(ordered_date) over (
                partition by customer_id, month_start order by ordered_date
            ),
            ordered_date
        ) as gap_days

    from order_days

),

month_gaps as (

    select
        customer_id,
        month_start,
        sum(gap_days * gap_days) as squared_gap_days

    from gaps

    group by customer_id, month_start

),

numbered_category_months as (

    select
        category_months.customer_id,
        category_months.month_start,
        categories.category_bit,
        sum(category_months.sold_item_count) as item_count

    from category_months

    inner join months
        on category_months.month_start = months.month_start

    inner join categories
        on category_months.category = categories.category

    where category_months.sold_item_count > 0

    group by
        category_months.customer_id,
        category_months.month_start,
        categories.category_bit

),

-- Pairs of a month's items, and those of one category: their ratio is Simpson's index,
-- a concentration that adds up over months where an entropy would not.
category_mix as (

    select
        customer_id,
        month_start,
        bit_or(cast(1 as bigint) << category_bit) as category_mask,
        sum(item_count * (item_count - 1)) as same_category_pair_count,
        sum(item_count) * (sum(item_count) - 1) as category_pair_count

    from numbered_category_months

    group by customer_id, month_start

)

select
    order_months.customer_id,
    order_months.month_start,
    order_months.order_count,
    order_months.first_order_date,
    order_months.last_order_date,
    order_months.order_day_mask,
    cast(order_months.net_amount as decimal(18, 2)) as net_amount,
    cast(order_months.refund_amount as decimal(18, 2)) as refund_amount,
    cast(order_months.order_value as decimal(18, 2)) as order_value,
    cast(order_months.squared_order_value as decimal(38, 4)) as squared_order_value,
    cast(order_months.gross_amount as decimal(18, 2)) as gross_amount,
    cast(order_months.discount_amount as decimal(18, 2)) as discount_amount,
    cast(order_months.item_count as bigint) as item_count,
    cast(order_months.return_item_count as bigint) as return_item_count,
    order_months.weekend_order_count,
    order_months.channel_order_count,
    order_months.known_channel_order_count,
    cast(coalesce(month_gaps.squared_gap_days, 0) as bigint) as squared_gap_days,
    category_mix.category_mask,
    cast(category_mix.same_category_pair_count as bigint) as same_category_pair_count,
    cast(category_mix.category_pair_count as bigint) as category_pair_count,
    order_months.fingerprint

from order_months

left join month_gaps
    on
        order_months.customer_id = month_gaps.customer_id
        and order_months.month_start = month_gaps.month_start

left join category_mix
    on
        order_months.customer_id = category_mix.customer_id
        and order_months.month_start = category_mix.month_start
