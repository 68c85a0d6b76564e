{{ config(severity='error' if var('guard_rail_severity') == 'error' else 'warn') }}

-- A segment that grew or shrank by more than the limit since the last publication,
-- among the customers of both: one that is gone lost everybody, a new one had nobody.
-- Fewer customers than make a segment are no finding: two of four are half of it.
with

steps as (

    select * from {{ ref('int_movement_steps') }}

    where compared_with = 'last_publication'

),

totals as (

    select count(*) as customer_count from steps

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

),

sizes as (

    select
        coalesce(sizes_before.segment_id, sizes_now.segment_id) as segment_id,
        coalesce(sizes_before.customer_count, 0) as count_before,
        coalesce(sizes_now.customer_count, 0) as count_now

    from sizes_before

    full outer join sizes_now
        on sizes_before.segment_id = sizes_now.segment_id

)

select
    sizes.segment_id,
    sizes.count_before,
    sizes.count_now

from sizes

cross join totals

where
    abs(sizes.count_now - sizes.count_before)
    > {{ var('guard_rail_size_change') }} * sizes.count_before
    and abs(sizes.count_now - sizes.count_before)
    > {{ var('smallest_segment_share') }} * totals.customer_count
