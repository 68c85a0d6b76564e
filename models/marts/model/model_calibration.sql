with

selected_candidate as (

    select * from {{ ref('fitted_candidates') }}

    where is_selected

),

knots as (

    select
        unnest(calibration_margins) as margin,
        unnest(calibration_confidences) as confidence

    from selected_candidate

)

select
    cast(margin as double) as margin,
    cast(confidence as double) as confidence

from knots
