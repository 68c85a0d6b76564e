with

order_profiles as (

    select * from {{ ref('int_order_profiles') }}

),

attribute_profiles as (

    select * from {{ ref('int_attribute_profiles') }}

),

segments as (

    select * from {{ ref('int_segments') }}

),

feature_labels as (

    select * from {{ ref('feature_labels') }}

),

profiles as (

    select
        segment_id,
        feature,
        null as unit,
        segment_median,
        overall_median,
        effect_size

    from order_profiles

    union all

    select
        segment_id,
        feature,
        unit,
        segment_median,
        overall_median,
        effect_size

    from attribute_profiles

),

labelled as (

    select
        profiles.segment_id,
        segments.segment_name,
        profiles.feature,
        coalesce(feature_labels.feature_label, profiles.feature) as feature_label,
        coalesce(feature_labels.unit, profiles.unit, 'ratio') as unit,
        profiles.segment_median,
        profiles.overall_median,
        round(profiles.effect_size, 4) as effect_size,
        row_number() over (
            partition by profiles.segment_id
            order by abs(round(profiles.effect_size, 4)) desc, profiles.feature
        ) as driver_rank

    from profiles

    inner join segments
        on profiles.segment_id = segments.segment_id

    left join feature_labels
        on profiles.feature = feature_labels.feature

)

select
    segment_id,
    segment_name,
    feature,
    feature_label,
    unit,
    cast(segment_median as double) as segment_median,
    cast(overall_median as double) as overall_median,
    cast(effect_size as double) as effect_size,
    cast(driver_rank as integer) as driver_rank

from labelled
