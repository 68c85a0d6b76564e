with

candidates as (

    select * from {{ ref('fitted_candidates') }}

)

select
    algorithm,
    cast(segment_count as integer) as segment_count,
    cast(inertia as double) as inertia,
    cast(silhouette as double) as silhouette,
    cast(calinski_harabasz as double) as calinski_harabasz,
    cast(davies_bouldin as double) as davies_bouldin,
    cast(gap as double) as gap,
    cast(gap_standard_error as double) as gap_standard_error,
    cast(stability as double) as stability,
    cast(quarter_agreement as double) as quarter_agreement,
    cast(lowest_jaccard as double) as lowest_jaccard,
    cast(valley as double) as valley,
    cast(smallest_share as double) as smallest_share,
    cast(noise_share as double) as noise_share,
    cast(assignment_agreement as double) as assignment_agreement,
    is_eligible,
    is_selected,
    reason,
    structure,
    structure_evidence

from candidates
