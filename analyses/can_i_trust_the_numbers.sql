-- Can I trust the numbers? Every check that is not a pass, and why rows were left out.
with

checks as (

    select * from {{ ref('data_quality') }}

),

rejected as (

    select * from {{ ref('rejected_transactions') }}

),

reasons as (

    select
        'left out: ' || reason as finding,
        'info' as verdict,
        count(*) as rows_failed,
        cast(null as varchar) as detail

    from rejected

    group by reason

),

findings as (

    select
        check_name as finding,
        verdict,
        rows_failed,
        detail

    from checks

    where verdict != 'pass'

    union all

    select * from reasons

)

select * from findings

order by rows_failed desc nulls last, finding asc
