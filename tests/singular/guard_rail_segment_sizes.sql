{{ config(severity='error' if var('guard_rail_severity') == 'error' else 'warn') }}

-- A segment that grew or shrank by more than the limit since the last publication,
-- among the customers of both.
with

steps as (

    select * from {{ ref('int_movement_steps') }}

    where compared_with = 'last_publication'

),

sizes_before as (

    select
        from_segment_id as segment_id,
        count(*) as customer_count

    from steps

    group by from_segment_id

),

sizes_now as (

    select
        to_segment_id as segment_id,
        count(*) as customer_count

    from steps

    group by to_segment_id

)

select
    sizes_before.segment_id,
    sizes_before.customer_count as count_before,
    sizes_now.customer_count as count_now

from sizes_before

inner join sizes_now
    on sizes_before.segment_id = sizes_now.segment_id

where
    abs(sizes_now.customer_count - sizes_before.customer_count)
    > {{ var('guard_rail_size_change') }} * sizes_before.customer_count
