-- How did each segment develop? Size and revenue of every month against the one before.
with

months as (

    select * from {{ ref('segment_monthly') }}

)

select
    month,
    segment_name,
    customer_count,
    customer_count
    - lag(customer_count) over (partition by segment_id order by month)
        as customer_change,
    revenue,
    revenue - lag(revenue) over (partition by segment_id order by month)
        as revenue_change

from months

order by month desc, segment_name asc
