with

segments as (

    select * from {{ ref('fitted_segments') }}

)

-- Every list as JSON text: the next build reads its model back from these rows.
select
    segment_id,
    segment_number,
    segment_name,
    description,
    {{ as_json('prototype_weights') }} as prototype_weights,
    {{ as_json('prototype_offsets') }} as prototype_offsets,
    {{ as_json('centroid') }} as centroid,
    stability,
    rule_sql,
    rule_text,
    rule_precision,
    rule_coverage,
    {{ as_json('drivers') }} as drivers,
    {{ as_json('driver_effects') }} as driver_effects,
    name_claims,
    model_version,
    structure,
    surrogate_fidelity

from segments
