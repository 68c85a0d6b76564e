with

activity as (

    select * from {{ ref('int_monthly_activity') }}

    where cohort_month is not null

),

retention as (

    select * from {{ ref('cohort_retention') }}

),

-- Refunds before a customer's first paid order are of the cohort's first month.
revenues as (

    select
        cohort_month,
        greatest(months_since, 0) as months_since,
        sum(net_amount) as revenue

    from activity

    group by cohort_month, greatest(months_since, 0)

),

cumulative as (

    select
        retention.cohort_month,
        retention.months_since,
        retention.month,
        retention.is_complete,
        retention.customer_count,
        coalesce(revenues.revenue, 0) as revenue,
        sum(coalesce(revenues.revenue, 0)) over (
            partition by retention.cohort_month order by retention.months_since
        ) as cumulative_revenue

    from retention

    left join revenues
        on
            retention.cohort_month = revenues.cohort_month
            and retention.months_since = revenues.months_since

),

-- The money of a few customers is theirs, not a cohort's. All cohorts are the total.
judged as (

    select
        *,
        {{ is_small_cell('customer_count', 'month', 'cohort_month') }} as is_withheld

    from cumulative

)

select
    cohort_month,
    months_since,
    month,
    is_complete,
    customer_count,
    cast(case when not is_withheld then revenue end as decimal(18, 2)) as revenue,
    cast(case when not is_withheld then cumulative_revenue end as decimal(18, 2))
        as cumulative_revenue,
    cast(
        case when not is_withheld then cumulative_revenue / customer_count end
        as decimal(18, 2)
    ) as cumulative_revenue_per_customer,
    is_withheld

from judged
