{{ config(materialized='date_by_date', dates='int_as_of_dates') }}

with

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where as_of_date = {{ date_in_hand() }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

order_gaps as (

    select * from {{ ref('int_order_gaps') }}

),

-- What each customer did up to the date, and how many months ago that was.
months as (

    select
        customer_months.*,
        as_of_dates.as_of_date,
        {{ month_number('as_of_dates.as_of_date') }}
        - {{ month_number('customer_months.month_start') }} as months_ago,
        order_gaps.gap_days as gap_before_days

    from customer_months

    inner join as_of_dates
        on customer_months.month_start <= as_of_dates.as_of_date

    left join order_gaps
        on
            customer_months.customer_id = order_gaps.customer_id
            and customer_months.month_start = order_gaps.month_start

),

windowed as (

    select
        *,
        {% if var('rfm_window_months') is none %}
        true
        {% else %}
        months_ago < {{ var('rfm_window_months') }}
        {% endif %}
            as is_in_rfm_window,
        months_ago < {{ var('feature_window_months') }} as is_in_window,
        date_diff('day', month_start, as_of_date) as month_age_days,
        -- Gaps lie between order days: n order days in a month make n - 1 gaps.
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
        as_of_date,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date,
        sum(net_amount) as lifetime_revenue,
        sum(order_count) filter (where is_in_rfm_window) as order_count,
        sum(net_amount) filter (where is_in_rfm_window) as monetary_value,
        sum(order_count) filter (where is_in_window) as window_order_count,
        sum(order_value) filter (where is_in_window) as order_value,
        sum(squared_order_value) filter (where is_in_window) as squared_order_value,
        sum(line_count) filter (where is_in_window) as line_count,
        sum(return_line_count) filter (where is_in_window) as return_line_count,
        sum(gross_amount) filter (where is_in_window) as gross_amount,
        sum(discount_amount) filter (where is_in_window) as discount_amount,
        sum(weekend_order_count) filter (where is_in_window) as weekend_order_count,
        sum(channel_order_count) filter (where is_in_window) as channel_order_count,
        sum(known_channel_order_count) filter (where is_in_window)
            as known_channel_order_count,
        sum(same_category_pair_count) filter (where is_in_window)
            as same_category_pair_count,
        sum(category_pair_count) filter (where is_in_window) as category_pair_count,
        bit_or(category_mask) filter (where is_in_window) as category_mask,
        min(first_order_date) filter (where is_in_window) as window_first_order_date,
        max(last_order_date) filter (where is_in_window) as window_last_order_date,
        sum(gap_count) filter (where is_in_window) as gap_count,
        sum(gap_days) filter (where is_in_window) as gap_days,
        sum(all_squared_gap_days) filter (where is_in_window) as squared_gap_days,
        coalesce(
            sum({{ marked_days_from('order_day_mask', 'month_age_days - 89') }})
            filter (where months_ago < 7),
            0
        ) as recent_order_days,
        coalesce(
            sum({{ marked_days_from('order_day_mask', 'month_age_days - 179') }})
            filter (where months_ago < 7),
            0
        ) as order_days_in_180

    from windowed

    group by customer_id, as_of_date

),

-- Value, spread and mix, as ratios of what happened in the window. A spread takes at
-- least two events. Rounding can push a variance just below zero.
ratios as (

    select
        *,
        date_diff('day', last_order_date, as_of_date) as recency_days,
        date_diff('day', first_order_date, as_of_date) as tenure_days,
        date_diff('day', first_order_date, last_order_date) as active_days,
        order_value / nullif(window_order_count, 0) as average_order_value,
        line_count / nullif(window_order_count, 0) as items_per_order,
        case
            when window_order_count >= 2
                then sqrt(greatest(
                    cast(squared_order_value as double) / window_order_count
                    - power(cast(order_value as double) / window_order_count, 2),
                    0
                )) / (cast(order_value as double) / window_order_count)
        end as order_value_cv,
        gap_days / nullif(gap_count, 0) as interpurchase_days_mean,
        case
            when gap_count >= 2
                then sqrt(greatest(
                    cast(squared_gap_days as double) / gap_count
                    - power(cast(gap_days as double) / gap_count, 2),
                    0
                )) / (cast(gap_days as double) / gap_count)
        end as interpurchase_cv,
        discount_amount / nullif(gross_amount + discount_amount, 0) as discount_share,
        return_line_count / nullif(line_count, 0) as return_share,
        weekend_order_count / nullif(window_order_count, 0) as weekend_share,
        channel_order_count / nullif(known_channel_order_count, 0) as channel_share,
        same_category_pair_count / nullif(category_pair_count, 0)
            as category_concentration

    from totals

),

-- All customers of the date together: they stand in for a customer without events.
population as (

    select
        median(average_order_value) as average_order_value,
        median(items_per_order) as items_per_order,
        median(order_value_cv) as order_value_cv,
        median(interpurchase_cv) filter (where gap_count >= 2) as interpurchase_cv,
        -- Weighted by lines, as the shrinkage is: by money, one huge order would
        -- decide.
        sum(cast(discount_share as decimal(18, 9)) * line_count)
        / nullif(sum(line_count) filter (where discount_share is not null), 0)
            as discount_share,
        sum(return_line_count) / nullif(sum(line_count), 0) as return_share,
        sum(weekend_order_count) / nullif(sum(window_order_count), 0) as weekend_share,
        sum(channel_order_count) / nullif(sum(known_channel_order_count), 0)
            as channel_share,
        sum(same_category_pair_count) / nullif(sum(category_pair_count), 0)
            as category_concentration

    from ratios

),

-- With one order, a weekend share is 0 or 1 by arithmetic, not by habit: ratios of few
-- events are pulled towards the population's. Null where that has none.
features as (

    select
        ratios.customer_id,
        ratios.as_of_date,
        ratios.first_order_date,
        ratios.last_order_date,
        ratios.recency_days,
        coalesce(ratios.order_count, 0) as order_count,
        coalesce(ratios.monetary_value, 0) as monetary_value,
        ratios.lifetime_revenue,
        ratios.tenure_days,
        coalesce(ratios.average_order_value, population.average_order_value)
            as average_order_value,
        {{ shrunk(
            'order_value_cv', 'ratios.window_order_count - 1', var('shrinkage_orders')
        ) }} as order_value_cv,
        coalesce(ratios.items_per_order, population.items_per_order)
            as items_per_order,
        coalesce(ratios.window_order_count, 0)
        / greatest(
            date_diff(
                'day', ratios.window_first_order_date, ratios.window_last_order_date
            ) / 30.0,
            1.0
        ) as orders_per_month,
        ratios.interpurchase_days_mean,
        {{ shrunk(
            'interpurchase_cv', 'ratios.gap_count - 1', var('shrinkage_orders')
        ) }} as interpurchase_cv,
        bit_count(ratios.category_mask) as category_count,
        {{ shrunk(
            'category_concentration', 'ratios.category_pair_count',
            2 * var('shrinkage_orders')
        ) }} as category_concentration,
        {{ shrunk(
            'discount_share', 'ratios.line_count', 2 * var('shrinkage_orders')
        ) }} as discount_share,
        {{ shrunk('return_share', 'ratios.line_count', 2 * var('shrinkage_orders')) }}
            as return_share,
        {{ shrunk(
            'weekend_share', 'ratios.window_order_count', var('shrinkage_orders')
        ) }} as weekend_share,
        {{ shrunk(
            'channel_share', 'ratios.known_channel_order_count',
            var('shrinkage_orders')
        ) }} as channel_share,
        ratios.recent_order_days,
        ratios.order_days_in_180 - ratios.recent_order_days as prior_order_days,
        greatest(ratios.order_count - 1, 0) as btyd_frequency,
        ratios.active_days as btyd_recency_days,
        ratios.tenure_days as btyd_age_days

    from ratios

    cross join population

)

select
    customer_id,
    as_of_date,
    first_order_date,
    last_order_date,
    cast(recency_days as integer) as recency_days,
    cast(order_count as bigint) as order_count,
    cast(monetary_value as decimal(18, 2)) as monetary_value,
    cast(lifetime_revenue as decimal(18, 2)) as lifetime_revenue,
    cast(tenure_days as integer) as tenure_days,
    cast(average_order_value as double) as average_order_value,
    cast(order_value_cv as double) as order_value_cv,
    cast(items_per_order as double) as items_per_order,
    cast(orders_per_month as double) as orders_per_month,
    cast(interpurchase_days_mean as double) as interpurchase_days_mean,
    cast(interpurchase_cv as double) as interpurchase_cv,
    cast(category_count as integer) as category_count,
    cast(category_concentration as double) as category_concentration,
    cast(discount_share as double) as discount_share,
    cast(return_share as double) as return_share,
    cast(weekend_share as double) as weekend_share,
    cast(channel_share as double) as channel_share,
    cast(recent_order_days as integer) as recent_order_days,
    cast(prior_order_days as integer) as prior_order_days,
    -- One order day each way stands for "no change" where there are few.
    cast(
        (recent_order_days + 1.0) / (recent_order_days + prior_order_days + 2.0)
        as double
    ) as activity_trend,
    cast(btyd_frequency as bigint) as btyd_frequency,
    cast(btyd_recency_days as integer) as btyd_recency_days,
    cast(btyd_age_days as integer) as btyd_age_days

from features
