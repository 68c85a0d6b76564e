with

segments as (

    select * from {{ ref('fitted_segments') }}

),

fitted_names as (

    select * from {{ ref('fitted_names') }}

)

-- Lists are JSON text: the next build reads its model back from these rows.
select
    segments.segment_id,
    segments.segment_number,
    fitted_names.segment_name,
    fitted_names.description,
    cast(to_json(segments.prototype_weights) as varchar) as prototype_weights,
    cast(to_json(segments.prototype_offsets) as varchar) as prototype_offsets,
    cast(to_json(segments.centroid) as varchar) as centroid,
    segments.stability,
    segments.rule_sql,
    segments.rule_text,
    fitted_names.rule_precision,
    fitted_names.rule_coverage,
    cast(to_json(segments.drivers) as varchar) as drivers,
    cast(to_json(segments.driver_effects) as varchar) as driver_effects,
    fitted_names.name_claims,
    segments.model_version,
    segments.structure,
    segments.surrogate_fidelity

from segments

inner join fitted_names
    on segments.segment_id = fitted_names.segment_id
