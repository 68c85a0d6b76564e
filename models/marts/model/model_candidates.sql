with

candidates as (

    select * from {{ ref('fitted_candidates') }}

)

-- Every list as JSON text: the next build reads its model back from these rows.
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
    {{ as_json('prototype_segments') }} as prototype_segments,
    {{ as_json('prototype_weights') }} as prototype_weights,
    {{ as_json('prototype_offsets') }} as prototype_offsets,
    {{ as_json('centroids') }} as centroids,
    {{ as_json('jaccards') }} as jaccards,
    {{ as_json('calibration_margins') }} as calibration_margins,
    {{ as_json('calibration_confidences') }} as calibration_confidences

from candidates
