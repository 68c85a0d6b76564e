-- What the user's books say is what is published, within control_tolerance.
select
    check_name,
    ours,
    theirs,
    off_share

from {{ ref('int_control_totals') }}

where not is_within
