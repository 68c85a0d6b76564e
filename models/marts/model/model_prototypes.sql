with

segments as (

    select * from {{ ref('fitted_segments') }}

),

prototypes as (

    select
        segment_id,
        segment_number,
        unnest(prototype_weights) as weights,
        unnest(prototype_offsets) as prototype_offset,
        unnest(range(len(prototype_offsets))) as prototype_number

    from segments

)

select
    segment_id,
    cast(
        row_number() over (order by segment_number, prototype_number) as integer
    ) as prototype,
    cast(to_json(weights) as varchar) as weights,
    cast(prototype_offset as double) as prototype_offset

from prototypes
