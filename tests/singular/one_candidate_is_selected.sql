-- Exactly one tried solution is in use.
select count(*) filter (where is_selected) as selected_count

from {{ ref('segment_candidates') }}

having count(*) filter (where is_selected) <> 1
