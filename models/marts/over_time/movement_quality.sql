with

movement_quality as (

    select * from {{ ref('int_movement_quality') }}

)

select
    from_date,
    to_date,
    cast(customer_count as bigint) as customer_count,
    cast(steady_count as bigint) as steady_count,
    cast(steady_moved_count as bigint) as steady_moved_count,
    cast(steady_moved_count / nullif(steady_count, 0) as double) as steady_moved_share,
    cast(changed_count as bigint) as changed_count,
    cast(changed_moved_count as bigint) as changed_moved_count,
    cast(changed_moved_count / nullif(changed_count, 0) as double)
        as changed_moved_share

from movement_quality
