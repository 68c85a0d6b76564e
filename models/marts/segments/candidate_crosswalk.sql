-- depends_on: {{ ref('int_as_of_dates') }}
with

candidates as (

    select * from {{ ref('fitted_candidates') }}

),

vectors as (

    select * from {{ ref('int_customer_vectors') }}

    where as_of_date = {{ newest_date(ref('int_as_of_dates')) }}

),

customers as (

    select * from {{ ref('customer_segments') }}

),

fitted_segments as (

    select * from {{ ref('fitted_segments') }}

),

prototypes as (

    select
        algorithm,
        segment_count,
        is_selected,
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
        is_selected,
        {{ ordered_list(
            'struct_pack(label := candidate_segment, weights := weights, '
            ~ 'score_offset := score_offset, preference := -prototype_number)',
            'prototype_number'
        ) }} as prototypes

    from prototypes

    group by algorithm, segment_count, is_selected

),

-- Today's customers under every solution that was tried.
scored as (

    select
        models.algorithm,
        models.segment_count,
        models.is_selected,
        customers.segment_id,
        list_max(
            list_transform(
                models.prototypes,
                lambda prototype: struct_pack(
                    score := {{ inner_product('vectors.vector', 'prototype.weights') }}
                    + prototype.score_offset,
                    preference := prototype.preference,
                    label := prototype.label
                )
            )
        ) as best_score

    from customers

    inner join vectors
        on customers.customer_id = vectors.customer_id

    cross join models

),

-- Under the solution in use, customers are where they are, even those held near a
-- border: its sizes are those of the segments.
placed as (

    select
        scored.algorithm,
        scored.segment_count,
        scored.segment_id,
        case
            when scored.is_selected then fitted_segments.segment_number
            else scored.best_score.label
        end as candidate_segment

    from scored

    left join fitted_segments
        on scored.segment_id = fitted_segments.segment_id

)

select
    algorithm,
    cast(segment_count as integer) as segment_count,
    segment_id,
    cast(candidate_segment as integer) as candidate_segment,
    cast(count(*) as bigint) as customer_count

from placed

group by algorithm, segment_count, segment_id, candidate_segment
