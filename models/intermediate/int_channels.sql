with

transactions as (

    select * from {{ ref('stg_transactions') }}

    where channel is not null

),

first_order as (

    select min(ordered_date) as first_ordered_date from transactions

),

-- One channel is followed as a share of each customer's orders: the commonest of the
-- business's first year, which later orders cannot change. Lines are counted, as
-- putting them together to orders would cost as much as the features themselves.
channels as (

    select
        transactions.channel,
        count(*) as line_count,
        row_number() over (order by count(*) desc, transactions.channel)
            as channel_rank

    from transactions

    cross join first_order

    where
        {{ days_between(
            'first_order.first_ordered_date', 'transactions.ordered_date'
        ) }} < 365

    group by transactions.channel

)

select
    channel,
    line_count,
    channel_rank = 1 as is_followed

from channels
