-- Who is between two segments? Placements that are little more than a coin's toss: do
-- not build a campaign on them.
with

customers as (

    select * from {{ ref('customer_segments') }}

)

select
    segment_name,
    next_segment_name,
    count(*) as customer_count,
    avg(confidence) as mean_confidence,
    sum(lifetime_revenue) as revenue

from customers

where confidence < 0.6

group by segment_name, next_segment_name

order by customer_count desc, segment_name asc, next_segment_name asc
