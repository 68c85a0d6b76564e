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
        min(ordered_date) as first_date

    from order_days

    where is_order_day

    group by customer_id

),

-- Customers who have been seen for the whole span, and what followed their first day.
followed as (

    select
        firsts.customer_id,
        firsts.first_date,
        max(case when order_days.is_order_day then 1 else 0 end) as has_returned,
        coalesce(sum(order_days.net_amount), 0) as later_revenue

    from firsts

    inner join as_of_dates
        on date_diff('day', firsts.first_date, as_of_dates.as_of_date) >= {{ span }}

    left join order_days
        on
            firsts.customer_id = order_days.customer_id
            and firsts.first_date < order_days.ordered_date
            and date_diff('day', firsts.first_date, order_days.ordered_date)
            <= {{ span }}

    group by firsts.customer_id, firsts.first_date

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
            and followed.first_date = category_months.first_sold_date

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
