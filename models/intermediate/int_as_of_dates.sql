with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

data_range as (

    select
        {{ month_start('min(first_order_date)') }} as first_month,
        {{ newest_as_of_date('max(last_order_date)') }} as newest_date

    from customer_months

),

-- The month ends of the last `history_months` months, where there were customers.
month_ends as (

    select cast(month_end.as_of_date as date) as as_of_date

    from data_range

    cross join lateral (

        select {{ dbt.last_day('month_series.month_start', 'month') }} as as_of_date

        from (

            select unnest(generate_series(
                greatest(
                    data_range.first_month,
                    {{ months_before('data_range.newest_date', var('history_months')) }}
                ),
                data_range.newest_date,
                interval 1 month
            )) as month_start

        ) as month_series

    ) as month_end

    where month_end.as_of_date < data_range.newest_date

),

as_of_dates as (

    select
        as_of_date,
        false as is_newest

    from month_ends

    union all

    select
        newest_date as as_of_date,
        true as is_newest

    from data_range

    where newest_date is not null

)

select * from as_of_dates
