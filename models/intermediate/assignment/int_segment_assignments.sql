{{ config(materialized=derived_when_read()) }}

with

vectors as (

    select * from {{ ref('int_customer_vectors') }}

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

    from {{ ref('fitted_segments') }}

),

-- Ties go to the segment that comes first.
ranked_prototypes as (

    select
        *,
        row_number() over (order by segment_number, prototype_number)
            as prototype_rank

    from prototypes

),

fitted_model as (

    select
        {{ ordered_list(
            'struct_pack(label := segment_id, weights := weights, '
            ~ 'score_offset := score_offset, preference := -prototype_rank)',
            'prototype_rank'
        ) }} as prototypes

    from ranked_prototypes

),

-- How a margin becomes a confidence: a line through these knots, level at both ends.
knots as (

    select
        unnest(calibration_margins) as margin,
        unnest(calibration_confidences) as confidence

    from selected_candidate

),

slopes as (

    select
        margin,
        confidence,
        coalesce(
            (lead(confidence) over (order by margin, confidence) - confidence)
            / nullif(lead(margin) over (order by margin, confidence) - margin, 0),
            0
        ) as slope

    from knots

),

calibration as (

    select
        {{ ordered_list(
            'struct_pack(margin := margin, confidence := confidence, slope := slope)',
            'margin'
        ) }} as knots,
        min(confidence) as least_confidence

    from slopes

),

-- How well each prototype fits; the best one decides.
scored as (

    select
        vectors.customer_id,
        vectors.as_of_date,
        calibration.knots,
        calibration.least_confidence,
        vectors.vector,
        -- Compared as (score, preference, label): the earlier of two equals wins.
        list_transform(
            fitted_model.prototypes,
            lambda prototype: struct_pack(
                score := {{ inner_product('vectors.vector', 'prototype.weights') }}
                + prototype.score_offset,
                preference := prototype.preference,
                label := prototype.label
            )
        ) as scores

    from vectors

    cross join fitted_model

    cross join calibration

),

best as (

    select
        *,
        list_max(scores) as best

    from scored

),

compared as (

    select
        *,
        list_max(list_filter(scores, lambda other: other.label <> best.label))
            as next_best

    from best

),

margins as (

    select
        customer_id,
        as_of_date,
        vector,
        least_confidence,
        best.label as segment_id,
        next_best.label as next_segment_id,
        best.score - next_best.score as margin,
        list_max(
            list_filter(
                knots, lambda knot: knot.margin <= best.score - next_best.score
            )
        ) as knot

    from compared

)

select
    customer_id,
    as_of_date,
    segment_id,
    next_segment_id,
    margin,
    vector,
    least_confidence,
    -- The last bits of a sum depend on the engine; six digits do not. Who has no other
    -- segment to go to is sure.
    round(
        case
            when margin is null then 1.0
            else
                coalesce(
                    knot.confidence + knot.slope * (margin - knot.margin),
                    least_confidence,
                    1.0
                )
        end,
        6
    ) as confidence

from margins
