{%- set horizon = var('prediction_horizon_days') %}
-- How large a change in spend must be to be seen: as spend was spread over the customers
-- of an audience in the last horizon, after what they had spent in the horizon before is
-- taken into account. Segments and actions are those at the start of that horizon:
-- today's would know its outcome.
with

statistics as (

    select * from {{ ref('int_order_statistics') }}

    where
        is_newest
        and age_days >= {{ horizon }}
        and history_days >= {{ 2 * horizon }}

),

customers as (

    select * from {{ ref('customer_segments') }}

),

segments as (

    select * from {{ ref('int_segments') }}

    where is_clustered

),

history as (

    select * from {{ ref('int_segment_history') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

start_dates as (

    select max(earlier.as_of_date) as start_date

    from as_of_dates as newest

    inner join as_of_dates as earlier
        on {{ days_earlier('newest.as_of_date', horizon) }} >= earlier.as_of_date

    where newest.is_newest

),

segment_outcomes as (

    select
        history.segment_id,
        cast(statistics.recent_spend as decimal(18, 2)) as spend,
        cast(statistics.prior_spend as decimal(18, 2)) as spend_before

    from statistics

    inner join history
        on statistics.customer_id = history.customer_id

    inner join start_dates
        on history.as_of_date = start_dates.start_date

    inner join segments
        on history.segment_id = segments.segment_id

),

past_actions as (

    select * from {{ ref('int_actions_by_day') }}

    where
        action_id is not null
        and days_before >= {{ horizon }}
        and history_days >= {{ horizon }}

),

-- The last day whose horizon is over.
last_days as (

    select min(days_before) as days_before from past_actions

),

action_outcomes as (

    select
        past_actions.action_id,
        cast(past_actions.next_spend as decimal(18, 2)) as spend,
        cast(past_actions.recent_spend as decimal(18, 2)) as spend_before

    from past_actions

    inner join last_days
        on past_actions.days_before = last_days.days_before

),

outcomes as (

    select
        'all' as audience_kind,
        'all' as audience,
        spend,
        spend_before

    from segment_outcomes

    union all

    select
        'segment' as audience_kind,
        segment_id as audience,
        spend,
        spend_before

    from segment_outcomes

    union all

    select
        'action' as audience_kind,
        action_id as audience,
        spend,
        spend_before

    from action_outcomes

),

-- Sums of decimals are the same in any order of rows.
sums as (

    select
        audience_kind,
        audience,
        count(*) as n,
        max(spend) as largest,
        sum(spend) as x,
        sum(spend_before) as y,
        sum(spend * spend) as xx,
        sum(spend_before * spend_before) as yy,
        sum(spend * spend_before) as xy

    from outcomes

    group by audience_kind, audience

),

-- Sums of squares around the means.
spreads as (

    select
        audience_kind,
        audience,
        n,
        cast(largest as double) / nullif(cast(x as double), 0) as largest_share,
        cast(x as double) / n as spend_mean,
        cast(xx as double) - cast(x as double) * x / n as spread,
        cast(yy as double) - cast(y as double) * y / n as spread_before,
        cast(xy as double) - cast(x as double) * y / n as spread_shared

    from sums

),

variations as (

    select
        audience_kind,
        audience,
        n as measured_count,
        spend_mean,
        sqrt(spread / (n - 1)) / spend_mean as spend_cv,
        coalesce(
            power(spread_shared, 2) / nullif(spread * spread_before, 0), 0
        ) as explained_share

    from spreads

    where
        n >= {{ var('campaign_arm_minimum') }}
        and spend_mean > 0
        -- One customer who spends this much decides a test alone.
        and largest_share <= {{ var('campaign_largest_share') }}
        and spread > 0

),

members as (

    select
        'all' as audience_kind,
        'all' as audience

    from customers

    inner join segments
        on customers.segment_id = segments.segment_id

    union all

    select
        'segment' as audience_kind,
        segment_id as audience

    from customers

    union all

    select
        'action' as audience_kind,
        action_id as audience

    from customers

),

sizes as (

    select
        audience_kind,
        audience,
        count(*) as customer_count

    from members

    group by audience_kind, audience

),

holdouts as (

    select unnest([0.1, 0.2, 0.5]) as holdout_share

),

-- 7.85 is (1.96 + 0.84) squared: seen in 8 tests of 10 at the 5% level (Lehr's rule).
plans as (

    select
        sizes.audience_kind,
        sizes.audience,
        holdouts.holdout_share,
        sizes.customer_count,
        variations.measured_count,
        variations.spend_mean,
        variations.spend_cv,
        variations.explained_share,
        variations.spend_cv * sqrt(
            7.85
            * (1 - variations.explained_share)
            / (
                sizes.customer_count
                * holdouts.holdout_share
                * (1 - holdouts.holdout_share)
            )
        ) as smallest_change

    from sizes

    cross join holdouts

    inner join variations
        on
            sizes.audience_kind = variations.audience_kind
            and sizes.audience = variations.audience
            and sizes.customer_count * holdouts.holdout_share
            >= {{ var('campaign_arm_minimum') }}

)

select
    audience_kind,
    audience,
    cast(holdout_share as double) as holdout_share,
    cast(customer_count as bigint) as customer_count,
    cast(measured_count as bigint) as measured_count,
    cast(spend_mean as decimal(18, 2)) as spend_mean,
    cast(spend_cv as double) as spend_cv,
    cast(explained_share as double) as explained_share,
    cast(smallest_change as double) as smallest_change

from plans
