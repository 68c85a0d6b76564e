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

)

select * from as_of_dates
