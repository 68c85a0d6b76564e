-- Sizes of the segments, cells of the grid and rows of customer_segments agree.
with

customers as (

    select
        count(*) as customer_count,
        count(r_score) as scored_count

    from {{ ref('customer_segments') }}

),

segments as (

    select
        sum(customer_count) as customer_count,
        sum(customer_share) as customer_share

    from {{ ref('segments') }}

),

grid as (

    select sum(customer_count) as customer_count from {{ ref('rfm_grid_cells') }}

)

select
    customers.customer_count,
    customers.scored_count,
    segments.customer_count as in_segments,
    segments.customer_share as share_in_segments,
    grid.customer_count as in_grid

from customers

cross join segments

cross join grid

where
    customers.customer_count is distinct from segments.customer_count
    or customers.scored_count is distinct from grid.customer_count
    or abs(segments.customer_share - 1) > 1e-9
