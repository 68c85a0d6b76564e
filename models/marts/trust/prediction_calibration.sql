with

expectation as (

    select * from {{ ref('int_customer_expectation') }}

    where is_sampled and not is_newest

),

members as (

    select
        cut_off_date,
        'lifecycle' as grouping_name,
        lifecycle as group_name,
        silence_probability,
        expected_spend,
        next_order_days,
        next_spend

    from expectation

    union all

    select
        cut_off_date,
        'value_tier' as grouping_name,
        value_tier as group_name,
        silence_probability,
        expected_spend,
        next_order_days,
        next_spend

    from expectation

),

calibration as (

    select
        cut_off_date,
        grouping_name,
        group_name,
        count(*) as customer_count,
        count(*) filter (where next_order_days > 0) as ordered_count,
        sum(cast(1 - silence_probability as decimal(18, 9))) as expected_ordered_count,
        sum(expected_spend) as expected_spend,
        sum(cast(next_spend as decimal(18, 2))) as actual_spend

    from members

    group by
        cut_off_date,
        grouping_name,
        group_name

),

with_cells as (

    select
        *,
        {{ is_small_cell(
            'customer_count', 'cut_off_date, grouping_name', 'group_name'
        ) }} as is_withheld

    from calibration

)

select
    cast({{ var('prediction_horizon_days') }} as integer) as horizon_days,
    cast(cut_off_date as date) as cut_off_date,
    grouping_name,
    group_name,
    cast(customer_count as bigint) as customer_count,
    cast(expected_ordered_count / customer_count as double) as expected_ordered_share,
    cast(ordered_count / customer_count as double) as actual_ordered_share,
    cast(case when not is_withheld then expected_spend end as decimal(18, 2))
        as expected_spend,
    cast(case when not is_withheld then actual_spend end as decimal(18, 2))
        as actual_spend,
    is_withheld

from with_cells
