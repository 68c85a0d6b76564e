with

orders as (

    select * from {{ ref('int_orders') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

date_range as (

    select
        as_of_dates.as_of_date as newest_date,
        min(orders.ordered_date) as first_date

    from as_of_dates

    inner join orders
        on as_of_dates.as_of_date >= orders.ordered_date

    where as_of_dates.is_newest

    group by as_of_dates.as_of_date

),

trials as (

    select unnest({{ var('prediction_backtest_days') }}) as days_before

),

-- Today is predicted; what is said of it was tried at earlier days, and each of those
-- trials was corrected by trials before it, so that it is judged as if it had been
-- published then.
days_before as (

    select 0 as days_before

    union

    select days_before from trials

    union

    select trials.days_before + earlier_trials.days_before as days_before

    from trials

    cross join trials as earlier_trials

),

cut_offs as (

    select
        days_before.days_before,
        date_range.newest_date,
        {{ days_earlier('date_range.newest_date', 'days_before.days_before') }}
            as cut_off_date,
        date_range.first_date

    from date_range

    cross join days_before

),

with_history as (

    select
        cut_off_date,
        days_before,
        days_before = 0 as is_newest,
        newest_date,
        cast(
            date_diff('day', first_date, cut_off_date) + 1 as bigint
        ) as history_days

    from cut_offs

)

select * from with_history

where
    is_newest
    or history_days >= {{ var('prediction_backtest_history_days') }}
