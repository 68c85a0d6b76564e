{{ config(materialized='date_by_date', dates='int_as_of_dates') }}

with

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where as_of_date = {{ date_in_hand() }}

),

customer_months as (

    select * from {{ ref('int_order_gaps') }}

),

-- Windows are calendar months and what has passed of the one after.
windows as (

    select
        as_of_date,
        {% for window in ['recent_window', 'rfm_window', 'feature_window'] %}
        {% if var(window ~ '_months') is none %}
        cast(null as date) as {{ window }}_start,
        {% else %}
        {{ months_before('newest_window_month', var(window ~ '_months') | int - 1) }}
            as {{ window }}_start,
        {% endif %}
        {% endfor %}
        {{ months_before('as_of_date', 6) }} as half_year_start

    from as_of_dates

),

-- What each customer did up to the date, month by month.
months as (

    select
        customer_months.*,
        windows.half_year_start,
        customer_months.month_start >= windows.recent_window_start as is_recent,
        coalesce(customer_months.month_start >= windows.rfm_window_start, true)
            as is_in_rfm_window,
        customer_months.month_start >= windows.feature_window_start as is_in_window,
        date_diff('day', customer_months.month_start, windows.as_of_date)
            as month_age_days

    from customer_months

    inner join windows
        on customer_months.month_start <= windows.as_of_date

),

-- Order days are counted, not orders: two orders on one day are one visit. Gaps are
-- between order days; a month of n of them has n - 1 of its own.
counted as (

    select
        *,
        bit_count(order_day_mask) as order_day_count,
        greatest(bit_count(order_day_mask) - 1, 0)
        + case when gap_before_days is null then 0 else 1 end as gap_count,
        date_diff('day', first_order_date, last_order_date)
        + coalesce(gap_before_days, 0) as gap_days,
        squared_gap_days + coalesce(gap_before_days * gap_before_days, 0)
            as all_squared_gap_days

    from months

),

totals as (

    select
        customer_id,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date,
        sum(net_amount) as lifetime_revenue,
        sum(order_day_count) as lifetime_order_days,
        coalesce(sum(order_count) filter (where is_in_rfm_window), 0) as order_count,
        coalesce(sum(net_amount) filter (where is_in_rfm_window), 0) as monetary_value,
        coalesce(sum(order_day_count) filter (where is_recent), 0)
            as recent_window_order_days,
        coalesce(sum(order_value) filter (where is_recent), 0)
            as recent_window_order_value,
        coalesce(sum(order_day_count) filter (where is_in_window), 0)
            as window_order_days,
        coalesce(sum(order_count) filter (where is_in_window), 0)
            as window_order_count,
        sum(order_value) filter (where is_in_window) as order_value,
        sum(squared_order_value) filter (where is_in_window) as squared_order_value,
        coalesce(sum(item_count) filter (where is_in_window), 0) as window_item_count,
        sum(return_item_count) filter (where is_in_window) as return_item_count,
        sum(gross_amount) filter (where is_in_window) as gross_amount,
        sum(discount_amount) filter (where is_in_window) as discount_amount,
        sum(weekend_order_count) filter (where is_in_window) as weekend_order_count,
        sum(channel_order_count) filter (where is_in_window) as channel_order_count,
        coalesce(sum(known_channel_order_count) filter (where is_in_window), 0)
            as known_channel_order_count,
        sum(same_category_pair_count) filter (where is_in_window)
            as same_category_pair_count,
        coalesce(sum(category_pair_count) filter (where is_in_window), 0)
            as category_pair_count,
        bit_or(category_mask) filter (where is_in_window) as category_mask,
        coalesce(sum(gap_count) filter (where is_in_window), 0) as gap_count,
        sum(gap_days) filter (where is_in_window) as gap_days,
        sum(all_squared_gap_days) filter (where is_in_window) as squared_gap_days,
        coalesce(
            sum(
                {{ marked_days_from('order_day_mask', 'month_age_days - 89') }}
            ) filter (
                where month_start >= half_year_start
            ),
            0
        ) as recent_order_days,
        coalesce(
            sum(
                {{ marked_days_from('order_day_mask', 'month_age_days - 179') }}
            ) filter (
                where month_start >= half_year_start
            ),
            0
        ) as order_days_in_180

    from counted

    group by customer_id

),

-- A window is observed from its first day, or from the customer's first order where
-- that came later. That first order says when it began, not how often somebody orders:
-- rates count the order days after it.
observed as (

    select
        totals.*,
        windows.as_of_date,
        {% for window in ['recent_window', 'rfm_window', 'feature_window'] %}
        case
            when totals.first_order_date is not null
                then date_diff(
                    'day',
                    greatest(
                        coalesce(
                            windows.{{ window }}_start - 1, totals.first_order_date
                        ),
                        totals.first_order_date
                    ),
                    windows.as_of_date
                )
        end as {{ window }}_observed_days,
        case
            when totals.first_order_date < windows.{{ window }}_start then 0 else 1
        end as {{ window }}_first_orders,
        {% endfor %}
        date_diff('day', windows.rfm_window_start, windows.as_of_date) + 1
            as rfm_window_days

    from totals

    cross join windows

),

-- Rates are per 30 observed days, silence included; a spread takes two events. What
-- somebody did nothing of is unknown (null), not 0.
ratios as (

    select
        *,
        recent_window_order_days - recent_window_first_orders
            as recent_repeat_order_days,
        order_value / nullif(window_order_count, 0) as average_order_value,
        gap_days / nullif(gap_count, 0) as interpurchase_days_mean,
        case
            when window_order_count >= 2
                then sqrt(greatest(
                    cast(squared_order_value as double) / window_order_count
                    - power(cast(order_value as double) / window_order_count, 2),
                    0
                )) / nullif(cast(order_value as double) / window_order_count, 0)
        end as order_value_cv,
        case
            when gap_count >= 2
                then sqrt(greatest(
                    cast(squared_gap_days as double) / gap_count
                    - power(cast(gap_days as double) / gap_count, 2),
                    0
                )) / (cast(gap_days as double) / gap_count)
        end as interpurchase_cv,
        -- To a full window where less of it was observed, but from a quarter at least:
        -- two orders in a week are no hundred a year.
        case
            when rfm_window_days is null or order_count = 0 then 1.0
            else
                (
                    least(rfm_window_first_orders, order_count)
                    + (order_count - least(rfm_window_first_orders, order_count))
                    * greatest(
                        1.0, rfm_window_days / greatest(rfm_window_observed_days, 90.0)
                    )
                ) / order_count
        end as rfm_scale

    from observed

)

select
    customer_id,
    as_of_date,
    first_order_date,
    last_order_date,
    cast(date_diff('day', last_order_date, as_of_date) as integer) as recency_days,
    cast(order_count as bigint) as order_count,
    cast(monetary_value as decimal(18, 2)) as monetary_value,
    cast(order_count * rfm_scale as double) as order_count_scaled,
    cast(monetary_value * rfm_scale as double) as monetary_value_scaled,
    cast(lifetime_revenue as decimal(18, 2)) as lifetime_revenue,
    cast(date_diff('day', first_order_date, as_of_date) as integer) as tenure_days,
    cast(
        30.0 * greatest(recent_repeat_order_days, 0)
        / nullif(recent_window_observed_days, 0) as double
    ) as orders_per_month_recent,
    cast(
        30.0 * recent_window_order_value / greatest(recent_window_order_days, 1)
        * greatest(recent_repeat_order_days, 0)
        / nullif(recent_window_observed_days, 0) as double
    ) as spend_per_month_recent,
    cast(
        30.0 * greatest(window_order_days - feature_window_first_orders, 0)
        / nullif(feature_window_observed_days, 0) as double
    ) as orders_per_month,
    cast(average_order_value as double) as average_order_value,
    cast(order_value_cv as double) as order_value_cv,
    cast(window_item_count / nullif(window_order_count, 0) as double)
        as items_per_order,
    cast(interpurchase_days_mean as double) as interpurchase_days_mean,
    cast(interpurchase_cv as double) as interpurchase_cv,
    cast(bit_count(category_mask) as integer) as category_count,
    cast(same_category_pair_count / nullif(category_pair_count, 0) as double)
        as category_concentration,
    cast(discount_amount / nullif(gross_amount + discount_amount, 0) as double)
        as discount_share,
    cast(return_item_count / nullif(window_item_count, 0) as double) as return_share,
    cast(weekend_order_count / nullif(window_order_count, 0) as double)
        as weekend_share,
    cast(channel_order_count / nullif(known_channel_order_count, 0) as double)
        as channel_share,
    cast(recent_order_days as integer) as recent_order_days,
    cast(order_days_in_180 - recent_order_days as integer) as prior_order_days,
    -- One order day each way stands for "no change" where there are few.
    cast((recent_order_days + 1.0) / (order_days_in_180 + 2.0) as double)
        as activity_trend,
    -- How much each ratio rests on.
    cast(recent_window_observed_days as integer) as observed_days_recent,
    cast(feature_window_observed_days as integer) as observed_days,
    cast(window_order_count as bigint) as window_order_count,
    cast(window_item_count as bigint) as window_item_count,
    cast(gap_count as bigint) as gap_count,
    cast(greatest(gap_count - 1, 0) as bigint) as repeated_gap_count,
    cast(category_pair_count as bigint) as category_pair_count,
    cast(known_channel_order_count as bigint) as known_channel_order_count,
    -- What buy-till-you-die models call frequency, recency and age: order days of all
    -- time after the first.
    cast(greatest(lifetime_order_days - 1, 0) as bigint) as btyd_frequency,
    cast(date_diff('day', first_order_date, last_order_date) as integer)
        as btyd_recency_days,
    cast(date_diff('day', first_order_date, as_of_date) as integer) as btyd_age_days

from ratios
