with

quality as (

    select * from {{ ref('fitted_prediction_quality') }}

),

cut_offs as (

    select * from {{ ref('int_expectation_cut_offs') }}

),

with_dates as (

    select
        {{ var('prediction_horizon_days') }} as horizon_days,
        cut_offs.cut_off_date,
        cut_offs.history_days >= 365 as is_season_seen,
        quality.customer_count < {{ var('minimum_cell_size') }} as is_of_few,
        quality.*

    from quality

    inner join cut_offs
        on quality.days_before = cut_offs.days_before

)

select
    cast(horizon_days as integer) as horizon_days,
    cast(cut_off_date as date) as cut_off_date,
    measure,
    method,
    cast(customer_count as bigint) as customer_count,
    -- Money of few customers at risk is theirs.
    cast(case when not is_of_few then predicted_total end as double) as predicted_total,
    cast(case when not is_of_few then actual_total end as double) as actual_total,
    cast(case when not is_of_few then mean_absolute_error end as double)
        as mean_absolute_error,
    cast(total_ratio as double) as total_ratio,
    cast(silence_auc as double) as silence_auc,
    cast(calibration_gap as double) as calibration_gap,
    cast(coverage as double) as coverage,
    cast(range_count as bigint) as range_count,
    is_season_seen

from with_dates
