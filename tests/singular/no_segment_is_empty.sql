{{ config(
    severity='error',
    fail_calc='coalesce(max(verdict), 0)',
    warn_if='>= 1',
    error_if='>= 2',
) }}
-- A segment nobody is in says nothing; a model that makes one is not published (2). One
-- that is kept may lose a segment as time goes by: a warning (1), or no build would
-- ever be published again. Special segments are listed if anybody was ever in them.
select
    segments.segment_id,
    segments.segment_name,
    segments.customer_count,
    case when decision.is_refit then 2 else 1 end as verdict

from {{ ref('segments') }} as segments

cross join {{ ref('refit_decision') }} as decision

where
    segments.is_clustered
    and segments.customer_count = 0
