with

activity as (

    select * from {{ ref('int_monthly_activity') }}

),

months as (

    select * from {{ ref('int_calendar_months') }}

),

cohorts as (

    select
        cohort_month,
        count(*) as customer_count

    from activity

    where months_since = 0 and has_ordered

    group by cohort_month

),

active as (

    select
        cohort_month,
        month_start,
        count(*) as active_customers

    from activity

    where has_ordered

    group by cohort_month, month_start

)

-- Every month since, also those in which nobody came.
select
    cohorts.cohort_month,
    cast(date_diff('month', cohorts.cohort_month, months.month_start) as integer)
        as months_since,
    months.month_end as month,
    months.is_complete,
    cast(cohorts.customer_count as bigint) as customer_count,
    cast(coalesce(active.active_customers, 0) as bigint) as active_customers,
    cast(coalesce(active.active_customers, 0) as double) / cohorts.customer_count
        as active_share

from cohorts

inner join months
    on cohorts.cohort_month <= months.month_start

left join active
    on
        cohorts.cohort_month = active.cohort_month
        and months.month_start = active.month_start
