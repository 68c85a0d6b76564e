with

expectation as (

    select * from {{ ref('int_customer_expectation') }}

    where is_sampled and not is_newest

),

by_lifecycle as (

    select
        cut_off_date,
        'lifecycle' as grouping_name,
        lifecycle as group_name,
        count(*) as customer_count,
        count(*) filter (where next_order_days > 0) as ordered_count,
        sum(cast(1 - silence_probability as decimal(18, 9))) as expected_ordered_count,
        sum(expected_spend) as expected_spend,
        sum(cast(next_spend as decimal(18, 2))) as actual_spend

    from expectation

    group by
        cut_off_date,
        lifecycle

),

by_tier as (

    select
        cut_off_date,
        'value_tier' as grouping_name,
        value_tier as group_name,
        count(*) as customer_count,
        count(*) filter (where next_order_days > 0) as ordered_count,
        sum(cast(1 - silence_probability as decimal(18, 9))) as expected_ordered_count,
        sum(expected_spend) as expected_spend,
        sum(cast(next_spend as decimal(18, 2))) as actual_spend

    from expectation

    group by
        cut_off_date,
        value_tier

),

calibration as (

    select
        cut_off_date,
        grouping_name,
        group_name,
        customer_count,
        ordered_count,
        expected_ordered_count,
        expected_spend,
        actual_spend

    from by_lifecycle

    union all

    select
        cut_off_date,
        grouping_name,
        group_name,
        customer_count,
        ordered_count,
        expected_ordered_count,
        expected_spend,
        actual_spend

    from by_tier

)

select
    cast({{ var('prediction_horizon_days') }} as integer) as horizon_days,
    cast(cut_off_date as date) as cut_off_date,
    grouping_name,
    group_name,
    cast(customer_count as bigint) as customer_count,
    cast(expected_ordered_count / customer_count as double) as expected_ordered_share,
    cast(ordered_count / customer_count as double) as actual_ordered_share,
    cast(expected_spend as decimal(18, 2)) as expected_spend,
    cast(actual_spend as decimal(18, 2)) as actual_spend

from calibration
