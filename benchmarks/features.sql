-- The features that are clustered on and RFM of the newest date, by hand: what the
-- models up to int_rfm_scores say of a clean file, without its checks, months or state.
with

lines as (

    select
        customer_id,
        order_id,
        product_id,
        category,
        channel,
        amount,
        discount,
        cast(ordered_at as date) as day,
        quantity < 0 or amount < 0 as is_return

    from read_parquet('{files}')

),

orders as (

    select
        customer_id,
        order_id,
        min(day) as day,
        min(channel) as channel,
        sum(amount) as net,
        coalesce(sum(amount) filter (not is_return), 0) as gross,
        sum(discount) as discount,
        count(distinct product_id) filter (is_return) as returned,
        count(distinct product_id) filter (not is_return) + returned as items,
        count(*) as lines

    from lines

    group by customer_id, order_id

),

dates as (

    select
        max(day) as newest,
        date_trunc('month', newest) - interval 2 month as recent_start,
        date_trunc('month', newest) - interval 11 month as rfm_start,
        date_trunc('month', newest) - interval 23 month as window_start,
        min(day) + 365 as first_year

    from orders

    where net > 0

),

followed as (

    select arg_max(channel, total) as channel
    from (
        select
            orders.channel,
            sum(orders.lines) as total

        from orders, dates

        where orders.day < dates.first_year

        group by orders.channel
    )

),

days as (

    select
        customer_id,
        day,
        sum(gross) as gross,
        day - lag(day) over (partition by customer_id order by day) as gap

    from orders

    where net > 0

    group by customer_id, day

),

by_day as (

    select
        days.customer_id,
        min(days.day) as first,
        max(days.day) as last,
        count(*) filter (days.day >= dates.recent_start) as recent_days,
        sum(days.gross) filter (days.day >= dates.recent_start) as recent_gross,
        count(*) filter (days.day >= dates.window_start) as window_days,
        avg(days.gap) filter (days.day >= dates.window_start) as gap_mean,
        stddev_pop(days.gap) filter (days.day >= dates.window_start) as gap_spread,
        count(days.gap) filter (days.day >= dates.window_start) as gaps

    from days, dates

    group by days.customer_id

),

by_order as (

    select
        orders.customer_id,
        count(*) filter (net > 0 and day >= rfm_start) as order_count,
        coalesce(sum(net) filter (day >= rfm_start), 0) as money,
        avg(gross) filter (net > 0 and day >= window_start) as order_value,
        count(*) filter (net > 0 and day >= window_start) as window_orders,
        sum(items) filter (day >= window_start) as items,
        sum(returned) filter (day >= window_start) as returned,
        sum(gross) filter (day >= window_start) as gross,
        sum(discount) filter (day >= window_start) as discount,
        avg(cast(isodow(day) > 5 as integer)) filter (
            net > 0 and day >= window_start
        ) as weekend_share,
        avg(cast(orders.channel = followed.channel as integer)) filter (
            net > 0 and day >= window_start
        ) as channel_share

    from orders, dates, followed

    group by orders.customer_id

),

bought as (

    select
        customer_id,
        date_trunc('month', day) as month,
        category,
        count(distinct (order_id, product_id)) as items

    from lines

    where not is_return

    group by customer_id, month, category

),

months as (

    select
        customer_id,
        month,
        sum(items * (items - 1)) as same,
        sum(items) * (sum(items) - 1) as pairs

    from bought

    group by customer_id, month

),

mix as (

    select
        months.customer_id,
        sum(same) / nullif(sum(pairs), 0) as concentration

    from months, dates

    where months.month >= dates.window_start

    group by months.customer_id

),

-- What was observed of a window begins with the first order, which is no repeat.
observed as (

    select
        by_day.*,
        by_order.* exclude (customer_id),
        mix.concentration,
        newest - last as recency,
        newest - first as tenure,
        newest - greatest(recent_start::date - 1, first) as recent_observed,
        newest - greatest(window_start::date - 1, first) as window_observed,
        greatest(recent_days - (first >= recent_start)::integer, 0) as recent_repeats,
        greatest(window_days - (first >= window_start)::integer, 0) as window_repeats,
        least((first >= rfm_start)::integer, order_count) as once,
        greatest(
            1,
            (newest - rfm_start::date + 1)
            / greatest(newest - greatest(rfm_start::date - 1, first), 90)
        ) as whole_window,
        coalesce((once + (order_count - once) * whole_window) / nullif(order_count, 0), 1)
            as scale

    from by_day

    inner join by_order using (customer_id)

    left join mix using (customer_id)

    cross join dates

),

cuts as (

    select
        quantile_disc(recency, [.2, .4, .6, .8]) as recency,
        quantile_disc(order_count * scale, [.2, .4, .6, .8])
            filter (order_count > 0) as frequency,
        quantile_disc(money * scale, [.2, .4, .6, .8])
            filter (order_count > 0) as monetary

    from observed

)

select
    customer_id,
    observed.recency as recency_days,
    order_count,
    money as monetary_value,
    tenure as tenure_days,
    30.0 * recent_repeats / nullif(recent_observed, 0) as orders_per_month_recent,
    coalesce(recent_gross, 0) / greatest(recent_days, 1) * orders_per_month_recent
        as spend_per_month_recent,
    30.0 * window_repeats / nullif(window_observed, 0) as orders_per_month,
    order_value as average_order_value,
    items / nullif(window_orders, 0) as items_per_order,
    gap_mean as interpurchase_days_mean,
    case when gaps > 1 then gap_spread / gap_mean end as interpurchase_cv,
    concentration as category_concentration,
    discount / nullif(gross + discount, 0) as discount_share,
    returned / nullif(items, 0) as return_share,
    weekend_share,
    channel_share,
    5 - len(list_filter(cuts.recency, lambda cut: observed.recency > cut)) as r_score,
    1 + len(list_filter(frequency, lambda cut: order_count * scale > cut)) as f_score,
    1 + len(list_filter(monetary, lambda cut: money * scale > cut)) as m_score

from observed

cross join cuts
