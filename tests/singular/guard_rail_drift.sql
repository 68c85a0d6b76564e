{{ config(severity='error' if var('guard_rail_severity') == 'error' else 'warn') }}

-- A kept model that many of today's customers are far from. Where the groups of today
-- were looked for and nothing spoke for others, distance only tells that those who left
-- grow older.
select
    drift_share,
    reason

from {{ ref('refit_decision') }}

where
    not is_refit
    and drift_share > {{ var('guard_rail_drift') }}
    and (is_warning or coalesce(fresh_group_count, 0) = 0)
