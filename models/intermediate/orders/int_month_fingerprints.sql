with

months as (

    select * from {{ ref('base_months') }}

),

carried_orders as (

    select * from {{ ref('int_carried_orders') }}

),

categories as (

    select * from {{ ref('int_categories') }}

),

followed_channel as (

    select channel from {{ ref('int_channels') }}

    where is_followed

),

-- An order with lines in several months counts in each of them.
carried_months as (

    select
        unnest(month_starts) as month_start,
        {{ row_hash(
            'customer_id, order_id, ordered_date, channel, line_count, '
            ~ 'return_line_count, item_count, return_item_count, gross_amount, refund_amount, net_amount, '
            ~ 'discount_amount'
        ) }} as order_hash

    from carried_orders

),

carried_fingerprints as (

    select
        month_start,
        count(*) || ':' || sum(cast(order_hash as decimal(20, 0)))
            as order_fingerprint

    from carried_months

    group by month_start

),

-- The bit is part of it, as a late row may renumber the categories.
category_fingerprints as (

    select
        months.month_start,
        string_agg(
            categories.category || '=' || categories.category_bit,
            ',' order by categories.category
        ) as category_fingerprint

    from months

    inner join categories
        on categories.first_line_date <= last_day(months.month_start)

    group by months.month_start

),

-- Everything a month's rows are made from: a late row, a correction or a row taken back
-- is noticed without keeping a copy of the transactions.
fingerprints as (

    select
        months.month_start,
        md5(
            months.fingerprint
            || ' ' || coalesce(carried_fingerprints.order_fingerprint, '')
            || ' ' || coalesce(category_fingerprints.category_fingerprint, '')
            || ' ' || coalesce(followed_channel.channel, '')
        ) as fingerprint

    from months

    left join carried_fingerprints
        on months.month_start = carried_fingerprints.month_start

    left join category_fingerprints
        on months.month_start = category_fingerprints.month_start

    left join followed_channel
        on true

)

select * from fingerprints
