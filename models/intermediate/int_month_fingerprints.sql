with

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

order_fingerprints as (

    select
        {{ month_start('ordered_date') }} as month_start,
        {{ rows_fingerprint([
            'customer_id', 'order_id', 'ordered_date', 'channel', 'line_count',
            'return_line_count', 'gross_amount', 'refund_amount', 'net_amount',
            'discount_amount',
        ]) }} as order_fingerprint

    from orders

    group by {{ month_start('ordered_date') }}

),

-- The bit is part of it: a late row may number the categories differently.
category_fingerprints as (

    select
        category_months.month_start,
        {{ rows_fingerprint([
            'category_months.customer_id', 'categories.category_bit',
            'category_months.sold_line_count',
        ]) }} as category_fingerprint

    from category_months

    inner join categories
        on category_months.category = categories.category

    group by category_months.month_start

),

-- Everything that a month's rows are made of, so that a late row, a correction or a
-- row taken back is seen without a copy of the transactions.
fingerprints as (

    select
        order_fingerprints.month_start,
        md5(
            order_fingerprints.order_fingerprint
            || coalesce(category_fingerprints.category_fingerprint, '')
            || coalesce(followed_channel.channel, '')
        ) as month_fingerprint

    from order_fingerprints

    left join category_fingerprints
        on order_fingerprints.month_start = category_fingerprints.month_start

    left join followed_channel
        on true

)

select * from fingerprints
