{{ config(severity='warn') }}

-- More customers who did not change have moved than movement can be believed with. Of
-- a few, a share says nothing.
select
    steady_count,
    steady_moved_count

from {{ ref('movement_quality') }}

where
    steady_count >= {{ var('smallest_segment_customers') }}
    and steady_moved_count > {{ var('steady_moved_maximum') }} * steady_count
