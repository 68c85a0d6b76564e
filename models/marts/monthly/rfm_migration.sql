with

history as (

    select * from {{ ref('int_segment_history') }}

    where rfm_group is not null

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

-- From one date to the next; who came or went in between has no group on one of them.
steps as (

    select
        as_of_dates.previous_date as from_date,
        as_of_dates.as_of_date,
        earlier.rfm_group as from_group,
        later.rfm_group as to_group

    from as_of_dates

    inner join history as later
        on as_of_dates.as_of_date = later.as_of_date

    inner join history as earlier
        on
            as_of_dates.previous_date = earlier.as_of_date
            and later.customer_id = earlier.customer_id

)

select
    from_date,
    as_of_date as month,
    from_group,
    to_group,
    cast(count(*) as bigint) as customer_count

from steps

group by from_date, as_of_date, from_group, to_group
