with

orders as (

    select * from {{ ref('int_orders') }}

    where channel is not null

),

-- A lone order from long ago is no business yet: the first month that has some counts.
months as (

    select
        cast(date_trunc('month', ordered_date) as date) as month_start,
        min(ordered_date) as first_ordered_date,
        count(*) >= {{ var('business_month_orders') }} as is_business

    from orders

    group by month_start

),

first_order as (

    select
        coalesce(
            min(first_ordered_date) filter (where is_business),
            min(first_ordered_date)
        ) as first_ordered_date

    from months

),

-- channel_share follows one channel: the commonest of the business's first year, which
-- later orders cannot change.
channels as (

    select
        orders.channel,
        sum(orders.line_count) as line_count,
        row_number() over (order by sum(orders.line_count) desc, orders.channel)
            as channel_rank

    from orders

    cross join first_order

    where
        orders.ordered_date >= first_order.first_ordered_date
        and date_diff('day', first_order.first_ordered_date, orders.ordered_date)
        < 365

    group by orders.channel

)

select
    channel,
    cast(line_count as bigint) as line_count,
    channel_rank = 1 as is_followed

from channels
