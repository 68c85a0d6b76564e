with

fitted_features as (

    select * from {{ ref('fitted_features') }}

)

select
    feature,
    category_value,
    cast(position as integer) as position,
    kind,
    evidence_column,
    prior_feature,
    cast(prior_value as double) as prior_value,
    cast(prior_events as double) as prior_events,
    cast(value_cap as double) as value_cap,
    cast(fill_value as double) as fill_value,
    cast(log_offset as double) as log_offset,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(mean as double) as mean,
    cast(standard_deviation as double) as standard_deviation,
    cast(scale_weight as double) as scale_weight,
    is_used,
    reason

from fitted_features
