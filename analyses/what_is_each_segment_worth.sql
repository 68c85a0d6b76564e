-- What is each segment worth? Size, money, and how much of both it has of all.
with

segments as (

    select * from {{ ref('segments') }}

)

select
    segment_name,
    customer_count,
    customer_share,
    revenue,
    revenue_share,
    revenue / nullif(customer_count, 0) as revenue_per_customer

from segments

order by revenue desc, segment_id asc
