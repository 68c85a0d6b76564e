-- Trying the number of segments in use again must give the segments as they are.
with

crosswalk as (

    select * from {{ ref('candidate_crosswalk') }}

),

candidates as (

    select * from {{ ref('segment_candidates') }}

    where is_selected

),

segments as (

    select * from {{ ref('segments') }}

    where is_clustered

),

groups as (

    select
        crosswalk.segment_id,
        count(*) as group_count,
        sum(crosswalk.customer_count) as customer_count

    from crosswalk

    inner join candidates
        on
            crosswalk.algorithm = candidates.algorithm
            and crosswalk.segment_count = candidates.segment_count

    group by crosswalk.segment_id

)

select
    segments.segment_id,
    segments.customer_count,
    groups.customer_count as in_the_crosswalk,
    groups.group_count

from segments

left join groups
    on segments.segment_id = groups.segment_id

where
    -- A segment of a kept model that nobody is in any more is nobody's there either.
    segments.customer_count is distinct from coalesce(groups.customer_count, 0)
    or groups.group_count <> 1
