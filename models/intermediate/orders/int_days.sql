with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

data_range as (

    select
        min(first_order_date) as first_date,
        max(last_order_date) as last_date

    from customer_months

),

days as (

    select
        unnest(generate_series(first_date, last_date, interval 1 day))
            as calendar_date

    from data_range

)

select cast(calendar_date as date) as calendar_date

from days
