with

segments as (

    select * from {{ ref('fitted_segments') }}

)

-- Lists are JSON text: the next build reads its model back from these rows.
select
    segment_id,
    segment_number,
    segment_name,
    description,
    cast(to_json(prototype_weights) as varchar) as prototype_weights,
    cast(to_json(prototype_offsets) as varchar) as prototype_offsets,
    cast(to_json(centroid) as varchar) as centroid,
    stability,
    rule_sql,
    rule_text,
    rule_precision,
    rule_coverage,
    cast(to_json(drivers) as varchar) as drivers,
    cast(to_json(driver_effects) as varchar) as driver_effects,
    name_claims,
    model_version,
    structure,
    surrogate_fidelity

from segments
