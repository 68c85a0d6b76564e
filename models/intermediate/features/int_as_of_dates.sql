with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

months as (

    select * from {{ ref('int_month_fingerprints') }}

),

data_range as (

    select
        cast(date_trunc('month', min(first_order_date)) as date) as first_month,
        {% if var('as_of_date') is none -%}
        max(last_order_date) as newest_date
        {%- else -%}
        cast('{{ var("as_of_date") }}' as date) as newest_date
        {%- endif %}

    from customer_months

),

month_starts as (

    select
        unnest(generate_series(
            greatest(
                first_month, {{ months_before('newest_date', var('history_months')) }}
            ),
            newest_date,
            interval 1 month
        )) as month_start,
        newest_date

    from data_range

),

-- The month ends of the last `history_months` months since the first order.
month_ends as (

    select last_day(month_start) as as_of_date

    from month_starts

    where last_day(month_start) < newest_date

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

-- A later order cannot change an earlier date: only the months up to the date count.
with_fingerprint as (

    select
        as_of_dates.as_of_date,
        as_of_dates.is_newest,
        md5(
            cast(as_of_dates.as_of_date as varchar)
            || coalesce(
                string_agg(months.fingerprint, ',' order by months.month_start), ''
            )
        ) as fingerprint

    from as_of_dates

    left join months
        on as_of_dates.as_of_date >= months.month_start

    group by as_of_dates.as_of_date, as_of_dates.is_newest

)

-- Windows look back in calendar months, and the date's own is one of them once half of it
-- is over: on the first of a month, three months would be two and a day.
select
    as_of_date,
    lag(as_of_date) over (order by as_of_date) as previous_date,
    cast(date_trunc('month', as_of_date - 15) as date) as newest_window_month,
    is_newest,
    fingerprint

from with_fingerprint
