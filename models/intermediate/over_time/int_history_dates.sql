-- A date of the history is built again when its months change, the start of the history
-- changes, or the model that places and scores customers changes.
with

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

fitted_rows as (

    select
        cast({{ row_hash('fitted') }} as decimal(38, 0)) as row_hash

    from (
        select
            feature,
            category_value,
            evidence_column,
            prior_feature,
            prior_value,
            prior_events,
            value_cap,
            log_offset,
            fill_value,
            lower_bound,
            upper_bound,
            mean,
            standard_deviation,
            scale_weight,
            cast(position as varchar) as place

        from {{ ref('fitted_features') }}

        where is_used
    ) as fitted

    union all

    select cast({{ row_hash('fitted') }} as decimal(38, 0)) as row_hash

    from (
        select
            segment_id,
            segment_number,
            prototype_weights,
            prototype_offsets

        from {{ ref('fitted_segments') }}
    ) as fitted

    union all

    select cast({{ row_hash('fitted') }} as decimal(38, 0)) as row_hash

    from (
        select
            calibration_margins,
            calibration_confidences

        from {{ ref('fitted_candidates') }}

        where is_selected
    ) as fitted

    union all

    select cast({{ row_hash('fitted') }} as decimal(38, 0)) as row_hash

    from (
        select
            measure,
            cut_1,
            cut_2,
            cut_3,
            cut_4

        from {{ ref('fitted_rfm_cut_points') }}
    ) as fitted

    union all

    select cast({{ row_hash('fitted') }} as decimal(38, 0)) as row_hash

    from (
        select
            item,
            item_value

        from {{ ref('fitted_reference') }}

        where item in ('chance_share', 'chance_reach')
    ) as fitted

),

fitted_model as (

    select sum(row_hash) as model_hash from fitted_rows

),

first_date as (

    select min(as_of_date) as as_of_date from as_of_dates

)

select
    as_of_dates.as_of_date,
    as_of_dates.previous_date,
    md5(
        as_of_dates.fingerprint
        || cast(first_date.as_of_date as varchar)
        || cast(fitted_model.model_hash as varchar)
    ) as fingerprint

from as_of_dates

cross join first_date

cross join fitted_model
