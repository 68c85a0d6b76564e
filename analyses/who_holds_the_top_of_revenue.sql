-- Who holds the top of revenue? Customers by tenths of revenue, best first: how many
-- bring the first tenth, and in which segments they are.
with

customers as (

    select * from {{ ref('customer_segments') }}

    where lifetime_revenue > 0

),

running as (

    select
        *,
        sum(lifetime_revenue) over (
            order by lifetime_revenue desc, customer_id asc
            rows between unbounded preceding and current row
        ) / sum(lifetime_revenue) over () as revenue_share_so_far

    from customers

),

tenths as (

    select
        *,
        least(cast(ceil(revenue_share_so_far * 10) as integer), 10) as revenue_tenth

    from running

)

select
    revenue_tenth,
    count(*) as customer_count,
    min(lifetime_revenue) as smallest_revenue,
    mode(segment_name order by segment_name) as commonest_segment

from tenths

group by revenue_tenth

order by revenue_tenth
