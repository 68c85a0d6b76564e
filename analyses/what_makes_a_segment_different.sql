-- What makes a segment different? The three features that set it apart most.
with

profiles as (

    select * from {{ ref('segment_profiles') }}

)

select
    segment_name,
    driver_rank,
    feature_label,
    unit,
    segment_median,
    overall_median,
    effect_size

from profiles

where driver_rank <= 3

order by segment_name, driver_rank
