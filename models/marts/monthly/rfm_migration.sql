with

history as (

    select * from {{ ref('int_segment_history') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

)

-- From one date to the next; who came or went in between has no group on one of them.
select
    as_of_dates.previous_date as from_date,
    history.as_of_date as month,
    history.previous_rfm_group as from_group,
    history.rfm_group as to_group,
    cast(count(*) as bigint) as customer_count

from history

inner join as_of_dates
    on history.as_of_date = as_of_dates.as_of_date

where history.previous_rfm_group is not null and history.rfm_group is not null

group by
    as_of_dates.previous_date,
    history.as_of_date,
    history.previous_rfm_group,
    history.rfm_group
