-- Revenue in the segments is the accepted revenue, to the cent.
with

accepted as (

    select coalesce(sum(net_amount), 0) as revenue

    from {{ ref('base_source_months') }}

),

published as (

    select sum(revenue) as revenue from {{ ref('segments') }}

)

select
    accepted.revenue as accepted_revenue,
    published.revenue as published_revenue

from accepted

cross join published

where accepted.revenue is distinct from published.revenue
