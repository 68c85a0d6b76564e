{{ config(alias='rfm_grid') }}

with

grid as (

    select * from {{ ref('rfm_grid') }}

),

customers as (

    select * from {{ ref('customer_segments') }}

    where r_score is not null

),

totals as (

    select
        count(*) as customer_count,
        sum(lifetime_revenue) as revenue

    from customers

),

filled as (

    select
        r_score,
        f_score,
        count(*) as customer_count,
        sum(lifetime_revenue) as revenue

    from customers

    group by r_score, f_score

),

-- Every one of the 25 cells, with or without customers.
cells as (

    select
        grid.r_score,
        grid.f_score,
        grid.rfm_group,
        grid.description,
        coalesce(filled.customer_count, 0) as customer_count,
        coalesce(filled.customer_count, 0) / nullif(totals.customer_count, 0)
            as customer_share,
        coalesce(filled.revenue, 0) as revenue,
        coalesce(filled.revenue, 0) / nullif(totals.revenue, 0) as revenue_share

    from grid

    cross join totals

    left join filled
        on
            grid.r_score = filled.r_score
            and grid.f_score = filled.f_score

),

-- The money of a few customers is theirs, not a group's.
judged as (

    select
        *,
        {{ is_small_cell('customer_count', none, 'r_score, f_score') }} as is_withheld

    from cells

)

select
    cast(r_score as integer) as r_score,
    cast(f_score as integer) as f_score,
    rfm_group,
    description,
    cast(customer_count as bigint) as customer_count,
    cast(customer_share as double) as customer_share,
    cast(case when not is_withheld then revenue end as decimal(18, 2)) as revenue,
    cast(case when not is_withheld then revenue_share end as double) as revenue_share,
    is_withheld

from judged
