{{ config(severity='warn') }}
-- A warning, not a stop: on a continuum borders move under resampling, and the report
-- says so. Hennig (2007): below .75 a cluster is not to be trusted as it is.
select
    segment_id,
    segment_name,
    stability

from {{ ref('segments') }}

where
    is_clustered
    and stability < {{ var('stable_jaccard') }}
