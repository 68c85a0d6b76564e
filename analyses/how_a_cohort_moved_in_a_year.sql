-- The customers of each segment twelve months before the newest month end (or as far
-- back as history goes): where they are now, as counts and shares of where they were.
with

history as (

    select * from {{ ref('segment_history') }}

),

newest as (

    select max(as_of_date) as newest_date from history

),

comparison as (

    select
        newest.newest_date,
        min(history.as_of_date) as cohort_date

    from history

    cross join newest

    where
        history.as_of_date
        >= {{ months_before('newest.newest_date', 12) }}

    group by newest.newest_date

),

cohort as (

    select history.*
    from history

    inner join comparison
        on history.as_of_date = comparison.cohort_date

),

now as (

    select history.*
    from history

    inner join comparison
        on history.as_of_date = comparison.newest_date

),

moves as (

    select
        cohort.as_of_date as cohort_date,
        cohort.segment_name as segment_then,
        now.segment_name as segment_now,
        count(*) as customer_count

    from cohort

    inner join now
        on cohort.customer_id = now.customer_id

    group by cohort.as_of_date, cohort.segment_name, now.segment_name

)

select
    cohort_date,
    segment_then,
    segment_now,
    customer_count,
    customer_count
    / sum(customer_count) over (partition by segment_then) as share_of_segment_then

from moves

order by segment_then asc, customer_count desc, segment_now asc
