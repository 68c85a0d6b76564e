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
            'struct_pack(weights := weights, score_offset := score_offset, '
            ~ 'preference := -prototype_rank, segment_number := segment_number)',
            'prototype_rank'
        ) }} as prototypes

    from ranked_prototypes

),

segments as (

    select
        segment_number,
        segment_id

    from {{ ref('fitted_segments') }}

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
        ) as slope,
        row_number() over (order by margin, confidence) as knot_number

    from knots

),

calibration as (

    select
        {{ ordered_list('margin', 'knot_number') }} as knot_margins,
        min(confidence) as least_confidence

    from slopes

),

-- How well each prototype fits; the best one decides. Only numbers are compared: texts
-- in a list take twice as long.
scored as (

    select
        vectors.customer_id,
        vectors.as_of_date,
        vectors.vector,
        calibration.knot_margins,
        calibration.least_confidence,
        -- Compared as (score, preference): the earlier of two equals wins.
        list_transform(
            fitted_model.prototypes,
            lambda prototype: struct_pack(
                score := {{ inner_product('vectors.vector', 'prototype.weights') }}
                + prototype.score_offset,
                preference := prototype.preference,
                segment_number := prototype.segment_number
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
        list_max(
            list_filter(
                scores, lambda other: other.segment_number <> best.segment_number
            )
        ) as next_best

    from best

),

-- Of the knots the last one that the margin has passed.
margins as (

    select
        customer_id,
        as_of_date,
        vector,
        least_confidence,
        best.segment_number,
        next_best.segment_number as next_segment_number,
        best.score - next_best.score as margin,
        len(
            list_filter(
                knot_margins, lambda knot: knot <= best.score - next_best.score
            )
        ) as knot_number

    from compared

)

select
    margins.customer_id,
    margins.as_of_date,
    segments.segment_id,
    next_segments.segment_id as next_segment_id,
    margins.margin,
    margins.vector,
    margins.least_confidence,
    -- The last bits of a sum depend on the engine; six digits do not. Who has no other
    -- segment to go to is sure.
    round(
        case
            when margins.margin is null then 1.0
            else
                coalesce(
                    slopes.confidence
                    + slopes.slope * (margins.margin - slopes.margin),
                    margins.least_confidence,
                    1.0
                )
        end,
        6
    ) as confidence

from margins

inner join segments
    on margins.segment_number = segments.segment_number

left join segments as next_segments
    on margins.next_segment_number = next_segments.segment_number

left join slopes
    on margins.knot_number = slopes.knot_number
