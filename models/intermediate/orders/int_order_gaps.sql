-- The gap before a month's first order began in an earlier month.
with

customer_months as (

    select * from {{ ref('int_customer_months') }}

    where order_count > 0

),

gaps as (

    select
        customer_id,
        month_start,
        date_diff(
            'day',
            lag(last_order_date) over (partition by customer_id order by month_start),
            first_order_date
        ) as gap_days

    from customer_months

)

select
    customer_id,
    month_start,
    gap_days

from gaps

where gap_days is not null
