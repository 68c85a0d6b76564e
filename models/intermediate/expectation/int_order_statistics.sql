{%- set year = var('yearly_wait_days') %}
{%- set tolerance = var('yearly_tolerance_days') %}
{%- set one_in = sample_one_in(
    ref('int_order_days'), 'count(*) filter (where is_order_day and waited_days is null)',
    var('prediction_sample_size')
) %}
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
        {{ is_in_sample('order_days.customer_id', one_in) }} as is_sampled,
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
            or {{ is_in_sample('order_days.customer_id', one_in) }}

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

-- What a wait of more than half a year was in the past: in a business of yearly
-- contracts nearly always a year, so one who paid 300 days ago is no lost customer.
long_waits as (

    select
        abs(waited_days - {{ year }}) <= {{ tolerance }} as is_yearly,
        cast(net_amount as double) as net_amount

    from order_days

    where is_order_day and waited_days > 183

),

counts as (

    select
        count(*) as long_wait_count,
        count(*) filter (where is_yearly) as yearly_wait_count,
        cast(
            {{ median_value('case when is_yearly then net_amount end') }} as double
        ) as yearly_value

    from long_waits

),

yearly_rhythm as (

    select
        coalesce(
            yearly_wait_count >= {{ var('yearly_waits_minimum') }}
            and yearly_wait_count
            >= {{ var('yearly_waits_share') }} * long_wait_count,
            false
        ) as is_yearly_business,
        yearly_value

    from counts

),

-- Repeat days, and the age at the last of them: what the model counts with.
with_repeats as (

    select
        statistics.customer_id,
        statistics.cut_off_date,
        statistics.days_before,
        statistics.is_newest,
        statistics.is_sampled,
        statistics.history_days,
        statistics.order_days,
        statistics.order_days - 1 as repeat_days,
        statistics.age_days - statistics.wait_days as last_order_age_days,
        statistics.age_days,
        statistics.wait_days,
        statistics.last_waited_days,
        statistics.net_amount,
        greatest(statistics.recent_spend, 0) as recent_spend,
        greatest(statistics.prior_spend, 0) as prior_spend,
        case when not statistics.is_newest then statistics.next_spend end as next_spend,
        case
            when not statistics.is_newest then statistics.next_order_days
        end as next_order_days,
        -- Contracts that renew yearly; and first payments of their size, where a long
        -- wait has nearly always been a year.
        coalesce(
            statistics.shortest_waited_days >= {{ year }} - {{ tolerance }}
            and statistics.longest_waited_days <= {{ year }} + {{ tolerance }},
            yearly_rhythm.is_yearly_business
            and statistics.net_amount >= 0.5 * yearly_rhythm.yearly_value
        ) as has_yearly_rhythm

    from statistics

    cross join yearly_rhythm

)

select * from with_repeats
