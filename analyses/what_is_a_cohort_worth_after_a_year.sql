-- What is a cohort worth after a year? Revenue per customer twelve months on, for the
-- cohorts that are old enough; the first ones of the data hold old customers too.
with

cohorts as (

    select * from {{ ref('cohort_revenue') }}

    where months_since = 12 and is_complete

)

select
    cohort_month,
    customer_count,
    cumulative_revenue_per_customer

from cohorts

order by cohort_month
