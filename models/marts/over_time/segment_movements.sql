with

steps as (

    select * from {{ ref('int_movement_steps') }}

    where cause is not null

),

names as (

    select * from {{ ref('int_segment_names') }}

),

movements as (

    select
        compared_with,
        from_date,
        as_of_date,
        from_segment_id,
        to_segment_id,
        cause,
        count(*) as customer_count,
        sum(lifetime_revenue) as revenue,
        -- The money of a few customers is theirs. No table has a total to subtract
        -- from.
        count(*) < {{ var('minimum_cell_size') }} as is_withheld

    from steps

    group by
        compared_with, from_date, as_of_date, from_segment_id, to_segment_id, cause

)

select
    movements.compared_with,
    movements.from_date,
    movements.as_of_date as month,
    movements.from_segment_id,
    from_names.segment_name as from_segment_name,
    movements.to_segment_id,
    to_names.segment_name as to_segment_name,
    movements.cause,
    cast(movements.customer_count as bigint) as customer_count,
    cast(
        case when not movements.is_withheld then movements.revenue end
        as decimal(18, 2)
    ) as revenue,
    movements.is_withheld

from movements

left join names as from_names
    on movements.from_segment_id = from_names.segment_id

left join names as to_names
    on movements.to_segment_id = to_names.segment_id
