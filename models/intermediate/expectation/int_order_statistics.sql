with

order_days as (

    select * from {{ ref('int_order_days') }}

),

cut_offs as (

    select * from {{ ref('int_expectation_cut_offs') }}

),

-- Everybody is predicted now; the past is tried on a sample by hash of the id.
known_days as (

    select
        order_days.*,
        cut_offs.cut_off_date,
        cut_offs.days_before,
        cut_offs.is_newest,
        cut_offs.history_days,
        {{ is_in_backtest_sample('order_days.customer_id') }} as is_sampled,
        order_days.ordered_date <= cut_offs.cut_off_date as is_known,
        order_days.is_order_day
        and order_days.ordered_date <= cut_offs.cut_off_date as is_known_order_day,
        cast(
            date_diff('day', order_days.ordered_date, cut_offs.cut_off_date) as bigint
        ) as days_ago

    from order_days

    inner join cut_offs
        on
            cut_offs.is_newest
            or {{ is_in_backtest_sample('order_days.customer_id') }}

),

statistics as (

    select
        customer_id,
        cut_off_date,
        days_before,
        is_newest,
        is_sampled,
        history_days,
        count(*) filter (where is_known_order_day) as order_days,
        max(days_ago) filter (where is_known_order_day) as age_days,
        min(days_ago) filter (where is_known_order_day) as wait_days,
        arg_max(waited_days, ordered_date)
        filter (where is_known_order_day) as last_waited_days,
        min(waited_days) filter (where is_known_order_day) as shortest_waited_days,
        max(waited_days) filter (where is_known_order_day) as longest_waited_days,
        cast(sum(net_amount) filter (where is_known) as double) as net_amount,
        coalesce(cast(
            sum(net_amount) filter (
                where is_known and days_ago < {{ var('prediction_horizon_days') }}
            ) as double
        ), 0) as recent_spend,
        coalesce(cast(
            sum(net_amount) filter (
                where
                is_known
                and days_ago >= {{ var('prediction_horizon_days') }}
                and days_ago < 2 * {{ var('prediction_horizon_days') }}
            ) as double
        ), 0) as prior_spend,
        -- What came next, where the horizon is over: the truth that trials are held to.
        coalesce(cast(
            sum(net_amount) filter (
                where
                days_ago < 0 and days_ago >= -{{ var('prediction_horizon_days') }}
            ) as double
        ), 0) as next_spend,
        count(*) filter (
            where
            is_order_day
            and days_ago < 0
            and days_ago >= -{{ var('prediction_horizon_days') }}
        ) as next_order_days

    from known_days

    group by
        customer_id,
        cut_off_date,
        days_before,
        is_newest,
        is_sampled,
        history_days

    having count(*) filter (where is_known_order_day) > 0

),

-- Repeat days, and the age at the last of them: what the model counts with.
with_repeats as (

    select
        customer_id,
        cut_off_date,
        days_before,
        is_newest,
        is_sampled,
        history_days,
        order_days,
        order_days - 1 as repeat_days,
        age_days - wait_days as last_order_age_days,
        age_days,
        wait_days,
        last_waited_days,
        shortest_waited_days,
        longest_waited_days,
        net_amount,
        greatest(recent_spend, 0) as recent_spend,
        greatest(prior_spend, 0) as prior_spend,
        case when not is_newest then next_spend end as next_spend,
        case when not is_newest then next_order_days end as next_order_days

    from statistics

)

select * from with_repeats
