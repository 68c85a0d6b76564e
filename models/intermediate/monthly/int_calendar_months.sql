-- Every month from the first order to the newest date, also those without an order.
with

order_days as (

    select * from {{ ref('int_order_days') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where is_newest

),

date_range as (

    select
        cast(date_trunc('month', min(order_days.ordered_date)) as date) as first_month,
        as_of_dates.as_of_date as newest_date

    from order_days

    cross join as_of_dates

    group by as_of_dates.as_of_date

),

months as (

    select
        unnest(generate_series(first_month, newest_date, interval 1 month))
            as month_start,
        first_month,
        newest_date

    from date_range

)

-- The month that is not over ends on the newest date, as everywhere.
select
    cast(month_start as date) as month_start,
    cast(least(last_day(month_start), newest_date) as date) as month_end,
    last_day(month_start) <= newest_date as is_complete,
    month_start = first_month as is_first

from months
