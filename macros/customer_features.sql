{#-
    The CTEs from customer months to features, used twice: for the dates of the history
    (int_customer_features) and for the day of the last publication
    (int_published_features). They read the CTEs customer_months and as_of_dates and
    end with typed.
-#}
{% macro customer_features_ctes() -%}
-- The gap that ends in a month's first order began in an earlier month.
months_with_gaps as (

    select
        *,
        {{ days_between(
            'lag(last_order_date ignore nulls) over (
                partition by customer_id order by month_start
            )',
            'first_order_date'
        ) }} as gap_before_days

    from customer_months

),

-- Every month a customer had before each as-of date, and whether behaviour, recent
-- activity and RFM look back that far.
months_as_of as (

    select
        months_with_gaps.*,
        as_of_dates.as_of_date,
        months_with_gaps.month_start
        > {{ months_before('as_of_dates.as_of_date', var('feature_window_months')) }}
            as is_in_window,
        {% if var('rfm_window_months') is none -%}
        true
        {%- else -%}
        months_with_gaps.month_start
        > {{ months_before('as_of_dates.as_of_date', var('rfm_window_months')) }}
        {%- endif %} as is_in_rfm_window,
        {{ marked_days_from(
            'months_with_gaps.order_day_mask',
            days_between('months_with_gaps.month_start', 'as_of_dates.as_of_date')
            ~ ' - 89'
        ) }} as order_days_in_90,
        {{ marked_days_from(
            'months_with_gaps.order_day_mask',
            days_between('months_with_gaps.month_start', 'as_of_dates.as_of_date')
            ~ ' - 179'
        ) }} as order_days_in_180

    from months_with_gaps

    inner join as_of_dates
        on months_with_gaps.month_start <= as_of_dates.as_of_date

),

totals as (

    select
        customer_id,
        as_of_date,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date,
        sum(order_count) filter (where is_in_rfm_window) as order_count,
        sum(net_amount) filter (where is_in_rfm_window) as monetary_value,
        sum(net_amount) as lifetime_revenue,
        sum(order_days_in_90) as recent_order_days,
        sum(order_days_in_180 - order_days_in_90) as prior_order_days,
        sum(order_count) filter (where is_in_window) as window_order_count,
        sum(order_value) filter (where is_in_window) as window_order_value,
        sum(squared_order_value) filter (where is_in_window)
            as window_squared_order_value,
        sum(line_count) filter (where is_in_window) as window_line_count,
        sum(return_line_count) filter (where is_in_window) as window_return_line_count,
        sum(gross_amount) filter (where is_in_window) as window_gross_amount,
        sum(discount_amount) filter (where is_in_window) as window_discount_amount,
        sum(weekend_order_count) filter (where is_in_window)
            as window_weekend_order_count,
        sum(channel_order_count) filter (where is_in_window)
            as window_channel_order_count,
        sum(known_channel_order_count) filter (where is_in_window)
            as window_known_channel_order_count,
        bit_or(category_mask) filter (where is_in_window) as window_category_mask,
        sum(same_category_pair_count) filter (where is_in_window)
            as window_same_category_pair_count,
        sum(category_pair_count) filter (where is_in_window)
            as window_category_pair_count,
        min(first_order_date) filter (where is_in_window) as window_first_order_date,
        max(last_order_date) filter (where is_in_window) as window_last_order_date,
        sum(greatest(bit_count(order_day_mask) - 1, 0)) filter (where is_in_window)
        + count(gap_before_days) filter (where is_in_window) as gap_count,
        sum(squared_gap_days) filter (where is_in_window)
        + coalesce(
            sum(gap_before_days * gap_before_days) filter (where is_in_window), 0
        ) as squared_gap_days,
        sum(
            {{ days_between('first_order_date', 'last_order_date') }}
            + coalesce(gap_before_days, 0)
        ) filter (where is_in_window) as gap_days

    from months_as_of

    group by customer_id, as_of_date

),

-- Value, spread and mix as ratios of what happened in the window.
ratios as (

    select
        *,
        {{ days_between('last_order_date', 'as_of_date') }} as recency_days,
        {{ days_between('first_order_date', 'as_of_date') }} as tenure_days,
        {{ days_between('first_order_date', 'last_order_date') }} as active_days,
        window_order_value / nullif(window_order_count, 0) as average_order_value,
        window_line_count / nullif(window_order_count, 0) as items_per_order,
        {{ coefficient_of_variation(
            'window_order_value', 'window_squared_order_value', 'window_order_count'
        ) }} as order_value_cv,
        gap_days / nullif(gap_count, 0) as interpurchase_days_mean,
        {{ coefficient_of_variation('gap_days', 'squared_gap_days', 'gap_count') }}
            as interpurchase_cv,
        window_discount_amount
        / nullif(window_gross_amount + window_discount_amount, 0) as discount_share,
        window_return_line_count / nullif(window_line_count, 0) as return_share,
        window_weekend_order_count / nullif(window_order_count, 0) as weekend_share,
        window_channel_order_count / nullif(window_known_channel_order_count, 0)
            as channel_share,
        window_same_category_pair_count / nullif(window_category_pair_count, 0)
            as category_concentration

    from totals

),

-- All customers of an as-of date together: what a customer without events is taken for.
population as (

    select
        as_of_date,
        median(average_order_value) as average_order_value,
        median(items_per_order) as items_per_order,
        median(order_value_cv) as order_value_cv,
        median(interpurchase_cv) filter (where gap_count >= 2) as interpurchase_cv,
        sum(window_discount_amount)
        / nullif(
            sum(window_gross_amount) + sum(window_discount_amount), 0
        ) as discount_share,
        sum(window_return_line_count) / nullif(sum(window_line_count), 0)
            as return_share,
        sum(window_weekend_order_count) / nullif(sum(window_order_count), 0)
            as weekend_share,
        sum(window_channel_order_count)
        / nullif(sum(window_known_channel_order_count), 0) as channel_share,
        sum(window_same_category_pair_count)
        / nullif(sum(window_category_pair_count), 0) as category_concentration

    from ratios

    group by as_of_date

),

-- A one-order customer's weekend share is 0 or 1 by arithmetic, not by habit: shares
-- of few events are pulled to the population's.
features as (

    select
        ratios.customer_id,
        ratios.as_of_date,
        ratios.first_order_date,
        ratios.last_order_date,
        ratios.recency_days,
        coalesce(ratios.order_count, 0) as order_count,
        cast(coalesce(ratios.monetary_value, 0) as decimal(18, 2)) as monetary_value,
        cast(ratios.lifetime_revenue as decimal(18, 2)) as lifetime_revenue,
        ratios.tenure_days,
        coalesce(ratios.average_order_value, population.average_order_value)
            as average_order_value,
        {{ shrunk(
            'ratios.order_value_cv', 'ratios.window_order_count - 1',
            'population.order_value_cv', var('shrinkage_orders')
        ) }} as order_value_cv,
        coalesce(ratios.items_per_order, population.items_per_order)
            as items_per_order,
        coalesce(ratios.window_order_count, 0)
        / greatest(
            {{ days_between(
                'ratios.window_first_order_date', 'ratios.window_last_order_date'
            ) }} / 30.0,
            1.0
        ) as orders_per_month,
        ratios.interpurchase_days_mean,
        {{ shrunk(
            'ratios.interpurchase_cv', 'ratios.gap_count - 1',
            'population.interpurchase_cv', var('shrinkage_orders')
        ) }} as interpurchase_cv,
        bit_count(ratios.window_category_mask) as category_count,
        {{ shrunk(
            'ratios.category_concentration', 'ratios.window_category_pair_count',
            'population.category_concentration', 2 * var('shrinkage_orders')
        ) }} as category_concentration,
        {{ shrunk(
            'ratios.discount_share', 'ratios.window_line_count',
            'population.discount_share', 2 * var('shrinkage_orders')
        ) }} as discount_share,
        {{ shrunk(
            'ratios.return_share', 'ratios.window_line_count',
            'population.return_share', 2 * var('shrinkage_orders')
        ) }} as return_share,
        {{ shrunk(
            'ratios.weekend_share', 'ratios.window_order_count',
            'population.weekend_share', var('shrinkage_orders')
        ) }} as weekend_share,
        {{ shrunk(
            'ratios.channel_share', 'ratios.window_known_channel_order_count',
            'population.channel_share', var('shrinkage_orders')
        ) }} as channel_share,
        ratios.recent_order_days,
        ratios.prior_order_days,
        -- One order day each way stands for "no change" where there are few.
        (ratios.recent_order_days + 1.0)
        / (ratios.recent_order_days + ratios.prior_order_days + 2.0) as activity_trend,
        greatest(coalesce(ratios.order_count, 0) - 1, 0) as btyd_frequency,
        ratios.active_days as btyd_recency_days,
        ratios.tenure_days as btyd_age_days

    from ratios

    inner join population
        on ratios.as_of_date = population.as_of_date

),

typed as (

    select
        customer_id,
        as_of_date,
        first_order_date,
        last_order_date,
        cast(recency_days as integer) as recency_days,
        cast(order_count as bigint) as order_count,
        monetary_value,
        lifetime_revenue,
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
        cast(activity_trend as double) as activity_trend,
        cast(btyd_frequency as bigint) as btyd_frequency,
        cast(btyd_recency_days as integer) as btyd_recency_days,
        cast(btyd_age_days as integer) as btyd_age_days

    from features

)
{%- endmacro %}
