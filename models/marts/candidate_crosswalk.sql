with

candidates as (

    select * from {{ ref('fitted_candidates') }}

),

vectors as (

    select * from {{ ref('int_customer_vectors') }}

),

customers as (

    select * from {{ ref('customer_segments') }}

),

prototypes as (

    select
        algorithm,
        segment_count,
        unnest(prototype_segments) as candidate_segment,
        unnest(prototype_weights) as weights,
        unnest(prototype_offsets) as score_offset,
        unnest(range(len(prototype_offsets))) as prototype_number

    from candidates

),

models as (

    select
        algorithm,
        segment_count,
        {{ ordered_list(
            'struct_pack(
                candidate_segment := candidate_segment,
                weights := weights,
                score_offset := score_offset,
                preference := -prototype_number
            )',
            'prototype_number'
        ) }} as prototypes

    from prototypes

    group by algorithm, segment_count

),

-- Today's customers under every solution that was tried.
placed as (

    select
        models.algorithm,
        models.segment_count,
        customers.segment_id,
        list_max(
            list_transform(
                models.prototypes,
                lambda prototype: struct_pack(
                    score := list_inner_product(vectors.vector, prototype.weights)
                    + prototype.score_offset,
                    preference := prototype.preference,
                    candidate_segment := prototype.candidate_segment
                )
            )
        ).candidate_segment as candidate_segment

    from customers

    inner join vectors
        on
            customers.customer_id = vectors.customer_id
            and customers.as_of_date = vectors.as_of_date

    cross join models

)

select
    algorithm,
    cast(segment_count as integer) as segment_count,
    segment_id,
    cast(candidate_segment as integer) as candidate_segment,
    cast(count(*) as bigint) as customer_count

from placed

group by algorithm, segment_count, segment_id, candidate_segment
