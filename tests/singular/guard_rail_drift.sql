{{ config(severity='error' if var('guard_rail_severity') == 'error' else 'warn') }}

-- A kept model that many of today's customers are far from.
select
    drift_share,
    reason

from {{ ref('refit_decision') }}

where not is_refit and drift_share > {{ var('guard_rail_drift') }}
