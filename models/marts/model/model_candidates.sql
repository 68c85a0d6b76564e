with

candidates as (

    select * from {{ ref('fitted_candidates') }}

)

-- Lists are JSON text: the next build reads its model back from these rows.
select
    algorithm,
    segment_count,
    inertia,
    silhouette,
    calinski_harabasz,
    davies_bouldin,
    gap,
    gap_standard_error,
    stability,
    quarter_agreement,
    lowest_jaccard,
    valley,
    smallest_share,
    noise_share,
    assignment_agreement,
    is_eligible,
    is_selected,
    reason,
    structure,
    structure_evidence,
    cast(to_json(prototype_segments) as varchar) as prototype_segments,
    cast(to_json(prototype_weights) as varchar) as prototype_weights,
    cast(to_json(prototype_offsets) as varchar) as prototype_offsets,
    cast(to_json(centroids) as varchar) as centroids,
    cast(to_json(jaccards) as varchar) as jaccards,
    cast(to_json(calibration_margins) as varchar) as calibration_margins,
    cast(to_json(calibration_confidences) as varchar) as calibration_confidences

from candidates
