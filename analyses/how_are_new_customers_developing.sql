-- How are new customers developing? By month of the first order: how many there are,
-- how many came back, and which segment most of them are in now.
with

customers as (

    select * from {{ ref('customer_segments') }}

    where first_order_date is not null

)

select
    cast(date_trunc('month', first_order_date) as date) as first_month,
    count(*) as customer_count,
    count(*) filter (where btyd_frequency > 0) as returned_count,
    count(*) filter (where btyd_frequency > 0) / count(*) as returned_share,
    sum(lifetime_revenue) / count(*) as revenue_per_customer,
    mode(segment_name order by segment_name) as commonest_segment

from customers

group by first_month

order by first_month desc
