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

unlabelled as (

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
        unlabelled.segment_id,
        segments.segment_name,
        unlabelled.feature,
        coalesce(feature_labels.feature_label, unlabelled.feature) as feature_label,
        coalesce(feature_labels.unit, unlabelled.unit, 'ratio') as unit,
        unlabelled.segment_median,
        unlabelled.overall_median,
        round(unlabelled.effect_size, 4) as effect_size,
        row_number() over (
            partition by unlabelled.segment_id
            order by abs(round(unlabelled.effect_size, 4)) desc, unlabelled.feature
        ) as driver_rank

    from unlabelled

    inner join segments
        on unlabelled.segment_id = segments.segment_id

    left join feature_labels
        on unlabelled.feature = feature_labels.feature

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
