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
        {{ prototype_list(
            'candidate_segment', 'weights', 'score_offset', 'prototype_number'
        ) }} as prototypes

    from prototypes

    group by algorithm, segment_count

),

-- Today's customers under every solution that was tried.
scored as (

    select
        models.algorithm,
        models.segment_count,
        customers.segment_id,
        {{ best_score(
            prototype_scores('vectors.vector', 'models.prototypes')
        ) }} as best_score

    from customers

    inner join vectors
        on
            customers.customer_id = vectors.customer_id
            and customers.as_of_date = vectors.as_of_date

    cross join models

),

placed as (

    select
        algorithm,
        segment_count,
        segment_id,
        best_score.label as candidate_segment

    from scored

)

select
    algorithm,
    cast(segment_count as integer) as segment_count,
    segment_id,
    cast(candidate_segment as integer) as candidate_segment,
    cast(count(*) as bigint) as customer_count

from placed

group by algorithm, segment_count, segment_id, candidate_segment
