-- Who lives on discounts? Per segment: discount and returns against what they bring.
with

customers as (

    select * from {{ ref('customer_segments') }}

)

select
    segment_name,
    count(*) as customer_count,
    median(discount_share) as median_discount_share,
    median(return_share) as median_return_share,
    median(average_order_value) as median_order_value,
    sum(lifetime_revenue) as revenue

from customers

group by segment_name

order by median_discount_share desc, segment_name asc
