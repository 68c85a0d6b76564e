-- The gap before a month's first order began in an earlier month. It stands beside the
-- month, and a customer's months beside each other, as every as-of date adds them up.
with

customer_months as (

    select * from {{ ref('int_customer_months') }}

)

select
    *,  -- noqa: AM04
    date_diff(
        'day',
        lag(last_order_date) over (
            partition by customer_id, order_count > 0 order by month_start
        ),
        first_order_date
    ) as gap_before_days

from customer_months
