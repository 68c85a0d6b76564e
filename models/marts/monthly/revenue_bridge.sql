with

activity as (

    select * from {{ ref('int_monthly_activity') }}

),

months as (

    select
        *,
        lead(month_start) over (order by month_start) as next_month_start

    from {{ ref('int_calendar_months') }}

),

-- Each customer's month beside the one before it; either may hold nothing.
sides as (

    select
        activity.customer_id,
        activity.month_start,
        activity.net_amount,
        activity.has_ordered,
        activity.months_since = 0 as is_first_month,
        0 as previous_amount,
        false as had_ordered

    from activity

    union all

    select
        activity.customer_id,
        months.next_month_start as month_start,
        0 as net_amount,
        false as has_ordered,
        false as is_first_month,
        activity.net_amount as previous_amount,
        activity.has_ordered as had_ordered

    from activity

    inner join months
        on activity.month_start = months.month_start

    where months.next_month_start is not null

),

pairs as (

    select
        customer_id,
        month_start,
        sum(net_amount) as revenue,
        sum(previous_amount) as previous_revenue,
        bool_or(has_ordered) as has_ordered,
        bool_or(had_ordered) as had_ordered,
        bool_or(is_first_month and has_ordered) as is_new

    from sides

    group by customer_id, month_start

),

with_reason as (

    select
        *,
        case
            when is_new then 'new'
            when has_ordered and not had_ordered then 'returning'
            when has_ordered and revenue > previous_revenue then 'spending_more'
            when has_ordered then 'spending_less'
            when had_ordered then 'not_ordering'
            else 'refunds_only'
        end as reason

    from pairs

    -- Whoever only got something free moved no revenue.
    where has_ordered or had_ordered or revenue <> 0 or previous_revenue <> 0

),

reasons as (

    select
        month_start,
        reason,
        count(*) as customer_count,
        sum(revenue) as revenue,
        sum(previous_revenue) as previous_revenue

    from with_reason

    group by month_start, reason

),

judged as (

    select
        *,
        {{ is_small_cell('customer_count', 'month_start', 'reason') }} as is_small

    from reasons

),

-- The money of a few customers is theirs: small reasons are told together, so that a
-- month still adds up to the cent.
bridge as (

    select
        month_start,
        case when is_small then 'other' else reason end as reason,
        string_agg(reason, ', ' order by reason) as reasons,
        sum(customer_count) as customer_count,
        sum(revenue) as revenue,
        sum(previous_revenue) as previous_revenue,
        sum(customer_count) < {{ var('minimum_cell_size') }} as is_withheld

    from judged

    group by month_start, case when is_small then 'other' else reason end

)

select
    months.month_end as month,
    bridge.reason,
    bridge.reasons,
    months.is_complete,
    cast(bridge.customer_count as bigint) as customer_count,
    cast(
        case when not bridge.is_withheld then bridge.previous_revenue end
        as decimal(18, 2)
    ) as previous_revenue,
    cast(case when not bridge.is_withheld then bridge.revenue end as decimal(18, 2))
        as revenue,
    cast(
        case
            when not bridge.is_withheld then bridge.revenue - bridge.previous_revenue
        end
        as decimal(18, 2)
    ) as revenue_change,
    bridge.is_withheld

from bridge

inner join months
    on bridge.month_start = months.month_start

-- The first month has none before it.
where not months.is_first
