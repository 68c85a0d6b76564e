with

expectation as (

    select * from {{ ref('int_customer_expectation') }}

    where is_newest or is_sampled

),

order_days as (

    select * from {{ ref('int_order_days') }}

),

newest_cut_off as (

    select * from {{ ref('int_expectation_cut_offs') }}

    where is_newest

),

-- What the same customers did in the horizon that ends today.
recent_totals as (

    select
        newest_cut_off.cut_off_date,
        sum(order_days.net_amount) as recent_spend,
        count(*) filter (where order_days.is_order_day) as recent_order_days

    from newest_cut_off

    inner join order_days
        on
            {{ days_earlier(
                'newest_cut_off.cut_off_date', var('prediction_horizon_days')
            ) }} < order_days.ordered_date

    group by newest_cut_off.cut_off_date

),

totals as (

    select
        cut_off_date,
        is_newest,
        history_days,
        count(*) as customer_count,
        -- Past days are tried on a sample, everybody is predicted today.
        case
            when is_newest then 1
            else
                max(sum(case when is_newest and is_sampled then 1 else 0 end)) over ()
                / max(sum(case when is_newest then 1 else 0 end)) over ()
        end as sample_share,
        -- Exact sums, and doubles from here on: put under one another, decimals of
        -- money and of orders would be rounded to the cent.
        cast(sum(expected_spend) as double) as expected_spend,
        cast(sum(cast(next_spend as decimal(18, 2))) as double) as next_spend,
        cast(sum(cast(expected_orders as decimal(18, 9))) as double)
            as expected_order_days,
        sum(next_order_days) as next_order_days,
        count(*) filter (where is_at_risk) as late_count,
        cast(sum(case
            when is_at_risk
                then cast(greatest(healthy_spend - expected_spend, 0) as decimal(18, 2))
        end) as double) as expected_at_stake,
        cast(sum(case
            when is_at_risk then cast(healthy_spend - next_spend as decimal(18, 2))
        end) as double) as lost_spend

    from expectation

    group by
        cut_off_date,
        is_newest,
        history_days

),

measured as (

    select
        totals.cut_off_date,
        totals.is_newest,
        totals.history_days,
        totals.customer_count,
        totals.sample_share,
        'spend' as measure,
        totals.expected_spend as predicted_total,
        totals.next_spend as actual_total,
        coalesce(recent_totals.recent_spend, 0) as recent_total

    from totals

    left join recent_totals
        on totals.cut_off_date = recent_totals.cut_off_date

    union all

    select
        totals.cut_off_date,
        totals.is_newest,
        totals.history_days,
        totals.customer_count,
        totals.sample_share,
        'order_days' as measure,
        totals.expected_order_days as predicted_total,
        totals.next_order_days as actual_total,
        coalesce(recent_totals.recent_order_days, 0) as recent_total

    from totals

    left join recent_totals
        on totals.cut_off_date = recent_totals.cut_off_date

    union all

    -- Who was late one horizon ago are others than those of today.
    select
        cut_off_date,
        is_newest,
        history_days,
        customer_count,
        sample_share,
        'at_stake' as measure,
        expected_at_stake as predicted_total,
        lost_spend as actual_total,
        null as recent_total

    from totals

    -- A sum of few would tell of each.
    where late_count >= {{ var('minimum_cell_size') }}

),

-- Horizons that overlap say in part the same: as many are counted as have room beside
-- each other. Where nothing was lost of what was at stake, no factor leads there: null.
misses as (

    select
        measure,
        case
            when min(actual_total) > 0 then sqrt(avg(cast(
                power(ln(nullif(greatest(actual_total, 0), 0) / predicted_total), 2)
                as decimal(18, 12)
            )))
        end as log_miss,
        least(
            1 + date_diff('day', min(cut_off_date), max(cut_off_date))
            // {{ var('prediction_horizon_days') }},
            6
        ) as independent_count

    from measured

    where not is_newest and predicted_total > 0

    group by measure

),

-- Student's t: of ten draws eight are within so many deviations, by the number of
-- independent ones that the deviation is known from.
student_quantiles as (

    select
        unnest([1, 2, 3, 4, 5, 6]) as independent_count,
        unnest([3.0777, 1.8856, 1.6377, 1.5332, 1.4759, 1.4398]) as t_value

),

with_range as (

    -- A range whose ends are more than ten times apart says nothing.
    select
        measured.*,
        case
            when exp(2 * student_quantiles.t_value * misses.log_miss) <= 10
                then exp(student_quantiles.t_value * misses.log_miss)
        end as range_factor

    from measured

    left join misses
        on
            measured.is_newest
            and measured.measure = misses.measure

    left join student_quantiles
        on misses.independent_count = student_quantiles.independent_count

)

select
    cast({{ var('prediction_horizon_days') }} as integer) as horizon_days,
    cast(cut_off_date as date) as cut_off_date,
    is_newest,
    measure,
    cast(customer_count as bigint) as customer_count,
    cast(sample_share as double) as sample_share,
    cast(predicted_total as double) as predicted_total,
    cast(predicted_total / range_factor as double) as predicted_low,
    cast(predicted_total * range_factor as double) as predicted_high,
    cast(actual_total as double) as actual_total,
    cast(case when is_newest then recent_total end as double) as recent_total,
    history_days >= 365 as is_season_seen

from with_range
