{{ config(
    materialized='in_parts',
    part_column='as_of_date',
    parts="{{ date_parts(ref('int_as_of_dates')) }}"
) }}

with

states as (

    select * from {{ ref('int_customer_states') }}

),

as_of_dates as (

    select
        as_of_date,
        {{ has_recent_days() }} as has_recent_days

    from {{ ref('int_as_of_dates') }}

    where as_of_date = {{ part() }}

),

{{ customer_ratios_ctes() }},

{{ population_ctes() }}

select * from population
