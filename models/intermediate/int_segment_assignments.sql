with

vectors as (

    select * from {{ ref('int_customer_vectors') }}

),

segments as (

    select * from {{ ref('fitted_segments') }}

),

selected_candidate as (

    select * from {{ ref('fitted_candidates') }}

    where is_selected

),

prototypes as (

    select
        segment_id,
        segment_number,
        unnest(prototype_weights) as weights,
        unnest(prototype_offsets) as score_offset,
        unnest(range(len(prototype_offsets))) as prototype_number

    from segments

),

numbered_prototypes as (

    select
        *,
        row_number() over (order by segment_number, prototype_number) as prototype_rank

    from prototypes

),

-- The whole fitted model as one row. Ties go to the prototype that ranks first.
model as (

    select
        {{ prototype_list('segment_id', 'weights', 'score_offset', 'prototype_rank') }}
            as prototypes

    from numbered_prototypes

),

-- How far the best segment must be ahead of the old one before a customer moves: a
-- share of the margin that half of the customers have, fixed with the model.
hysteresis as (

    select
        {{ var('hysteresis_margin_share') }} * list_median(calibration_margins) as reach

    from selected_candidate

),

scored as (

    select
        vectors.customer_id,
        vectors.as_of_date,
        {{ prototype_scores('vectors.vector', 'model.prototypes') }} as scores

    from vectors

    cross join model

),

best as (

    select
        customer_id,
        as_of_date,
        scores,
        {{ best_score('scores') }} as best_score

    from scored

),

runners_up as (

    select
        best.customer_id,
        best.as_of_date,
        best.best_score,
        {{ best_other_score('best.scores', 'best.best_score') }} as next_score,
        {{ labels_within_reach('best.scores', 'best.best_score', 'hysteresis.reach') }}
            as close_segment_ids

    from best

    cross join hysteresis

),

margins as (

    select
        customer_id,
        as_of_date,
        best_score.label as segment_id,
        next_score.label as next_segment_id,
        best_score.score - next_score.score as margin,
        close_segment_ids

    from runners_up

),

knots as (

    select
        margins.*,
        {{ knots_reached('margins.margin', 'selected_candidate.calibration_margins') }}
            as knots_reached

    from margins

    cross join selected_candidate

),

-- How sure: the calibration's line between the two knots around the margin.
assignments as (

    select
        knots.customer_id,
        knots.as_of_date,
        knots.segment_id,
        knots.next_segment_id,
        knots.margin,
        knots.close_segment_ids,
        {{ interpolated(
            'knots.margin',
            'knots.knots_reached',
            'selected_candidate.calibration_margins',
            'selected_candidate.calibration_confidences'
        ) }} as confidence

    from knots

    cross join selected_candidate

)

select * from assignments
