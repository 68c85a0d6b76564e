with

states as (

    select * from {{ ref('int_customer_states') }}

),

as_of_dates as (

    select
        as_of_date,
        {{ has_recent_days() }} as has_recent_days

    from {{ ref('int_as_of_dates') }}

),

{{ customer_ratios_ctes() }},

{{ population_ctes() }}

select * from population
