{%- set span = 180 %}
with

order_days as (

    select * from {{ ref('int_order_days') }}

),

category_months as (

    select * from {{ ref('int_category_months') }}

    where sold_item_count > 0

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where is_newest

),

firsts as (

    select
        customer_id,
        min(ordered_date) as first_date,
        cast(date_trunc('month', min(ordered_date)) as date) as first_month

    from order_days

    where is_order_day

    group by customer_id

),

beginning as (

    select min(first_month) as data_month from firsts

),

-- Whoever first appears in the first three months may be an old customer.
beginners as (

    select firsts.*

    from firsts

    inner join beginning
        on date_diff('month', beginning.data_month, firsts.first_month) >= 3

),

-- Customers who have been seen for the whole span, and what followed their first day.
followed as (

    select
        beginners.customer_id,
        beginners.first_date,
        max(case when order_days.is_order_day then 1 else 0 end) as has_returned,
        coalesce(sum(order_days.net_amount), 0) as later_revenue

    from beginners

    inner join as_of_dates
        on date_diff('day', beginners.first_date, as_of_dates.as_of_date) >= {{ span }}

    left join order_days
        on
            beginners.customer_id = order_days.customer_id
            and beginners.first_date < order_days.ordered_date
            and date_diff('day', beginners.first_date, order_days.ordered_date)
            <= {{ span }}

    group by beginners.customer_id, beginners.first_date

),

-- Who bought from three categories on the first day is in each of the three.
first_categories as (

    select
        category_months.category,
        count(*) as customer_count,
        sum(followed.has_returned) as returned_customers,
        sum(followed.later_revenue) as later_revenue

    from followed

    inner join category_months
        on
            followed.customer_id = category_months.customer_id
            and followed.first_date = category_months.first_line_date

    group by category_months.category

)

select
    category as first_category,
    {{ span }} as days_followed,
    cast(customer_count as bigint) as customer_count,
    cast(returned_customers as bigint) as returned_customers,
    cast(returned_customers as double) / customer_count as returned_share,
    cast(later_revenue / customer_count as decimal(18, 2))
        as later_revenue_per_customer

from first_categories

where customer_count >= {{ var('minimum_cell_size') }}
