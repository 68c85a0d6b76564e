with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

month_fingerprints as (

    select * from {{ ref('int_month_fingerprints') }}

),

data_range as (

    select
        {{ month_start('min(first_order_date)') }} as first_month,
        {{ newest_as_of_date('max(last_order_date)') }} as newest_date

    from customer_months

),

month_starts as (

    select
        unnest({{ month_series(
            'greatest(first_month, ' ~ months_before('newest_date', var('history_months'))
            ~ ')',
            'newest_date'
        ) }}) as month_start,
        newest_date

    from data_range

),

-- The month ends of the last `history_months` months since the first order.
month_ends as (

    select {{ month_end('month_start') }} as as_of_date

    from month_starts

    where {{ month_end('month_start') }} < newest_date

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

    {% if not has_transactions() %}
    union all

    select
        {{ attribute_date() }} as as_of_date,
        true as is_newest
    {% endif %}

),

first_date as (

    select min(as_of_date) as as_of_date from as_of_dates

),

-- What the rows of a date are made of: the months up to it, the project, where the
-- history begins, and whether it is the newest. Unknown where there are no orders.
with_fingerprint as (

    select
        as_of_dates.as_of_date,
        as_of_dates.is_newest,
        md5(
            '{{ project_fingerprint() }}'
            || cast(min(first_date.as_of_date) as varchar)
            || cast(as_of_dates.is_newest as varchar)
            || string_agg(
                month_fingerprints.month_fingerprint,
                ',' order by month_fingerprints.month_start
            )
        ) as date_fingerprint

    from as_of_dates

    cross join first_date

    left join month_fingerprints
        on as_of_dates.as_of_date >= month_fingerprints.month_start

    group by as_of_dates.as_of_date, as_of_dates.is_newest

)

select * from with_fingerprint
