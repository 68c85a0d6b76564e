with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

as_of_dates as (

    select
        as_of_date,
        {{ has_recent_days() }} as has_recent_days

    from {{ ref('int_as_of_dates') }}

),

{{ recent_days_ctes() }}

select * from recent_days
