-- A clustered segment of a handful is no group to act on; var smallest_segment_share.
select
    segment_id,
    segment_name,
    customer_count,
    customer_share

from {{ ref('segments') }}

where
    is_clustered
    and customer_share < {{ var('smallest_segment_share') }}
