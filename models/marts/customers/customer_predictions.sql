with

orders as (

    select * from {{ ref('int_orders') }}

),

refusals as (

    select * from {{ ref('int_expectation_refusals') }}

    where is_newest

),

expectation as (

    select * from {{ ref('int_customer_expectation') }}

    where is_newest

),

customers as (

    select distinct orders.customer_id

    from orders

    inner join refusals
        on orders.ordered_date <= refusals.cut_off_date

),

predictions as (

    select
        customers.customer_id,
        refusals.cut_off_date as as_of_date,
        {{ var('prediction_horizon_days') }} as horizon_days,
        expectation.expected_orders,
        expectation.expected_spend,
        expectation.spend_low,
        expectation.spend_high,
        expectation.silence_probability,
        expectation.usual_interval_days,
        -- A day more than a year ahead is a guess, and where there is none it stays so.
        case
            when expectation.next_order_in_days <= 365
                then {{ days_earlier(
                    'refusals.cut_off_date', '-ceil(expectation.next_order_in_days)'
                ) }}
        end as next_order_date,
        expectation.wait_percentile,
        expectation.lifecycle,
        expectation.has_returned,
        expectation.has_yearly_rhythm,
        expectation.value_tier,
        expectation.is_at_risk,
        -- What a late customer spends less than at the rate of good days.
        case
            when expectation.is_at_risk
                then greatest(expectation.healthy_spend - expectation.expected_spend, 0)
            when expectation.customer_id is not null then 0
        end as spend_at_stake,
        refusals.history_days >= 365 as is_season_seen,
        case
            when expectation.customer_id is not null then null
            when refusals.refused_reason is not null then refusals.refused_reason
            else 'no paid order'
        end as refused_reason

    from customers

    cross join refusals

    left join expectation
        on customers.customer_id = expectation.customer_id

)

select
    customer_id,
    cast(as_of_date as date) as as_of_date,
    cast(horizon_days as integer) as horizon_days,
    cast(expected_orders as double) as expected_orders,
    cast(expected_spend as decimal(18, 2)) as expected_spend,
    cast(spend_low as decimal(18, 2)) as spend_low,
    cast(spend_high as decimal(18, 2)) as spend_high,
    cast(silence_probability as double) as silence_probability,
    cast(usual_interval_days as double) as usual_interval_days,
    cast(next_order_date as date) as next_order_date,
    cast(wait_percentile as double) as wait_percentile,
    lifecycle,
    has_returned,
    has_yearly_rhythm,
    value_tier,
    is_at_risk,
    cast(spend_at_stake as decimal(18, 2)) as spend_at_stake,
    is_season_seen,
    refused_reason

from predictions
