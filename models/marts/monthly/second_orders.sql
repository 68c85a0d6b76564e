with

order_days as (

    select * from {{ ref('int_order_days') }}

    where is_order_day

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where is_newest

),

numbered as (

    select
        customer_id,
        ordered_date,
        row_number() over (partition by customer_id order by ordered_date) as place

    from order_days

),

customers as (

    select
        customer_id,
        min(ordered_date) as first_date,
        min(case when place = 2 then ordered_date end) as second_date

    from numbered

    group by customer_id

),

spans as (

    select unnest([30, 60, 90, 180, 365]) as days_since_first

),

-- Only where all of a cohort has been seen for that long.
cohorts as (

    select
        cast(date_trunc('month', customers.first_date) as date) as cohort_month,
        spans.days_since_first,
        count(*) as customer_count,
        count(*) filter (
            where date_diff('day', customers.first_date, customers.second_date)
            <= spans.days_since_first
        ) as second_order_customers

    from customers

    cross join spans

    cross join as_of_dates

    where
        date_diff(
            'day', last_day(customers.first_date), as_of_dates.as_of_date
        ) >= spans.days_since_first

    group by
        cast(date_trunc('month', customers.first_date) as date),
        spans.days_since_first

)

select
    cohort_month,
    cast(days_since_first as integer) as days_since_first,
    cast(customer_count as bigint) as customer_count,
    cast(second_order_customers as bigint) as second_order_customers,
    cast(second_order_customers as double) / customer_count as second_order_share

from cohorts
