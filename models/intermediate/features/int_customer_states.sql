{{ config(
    materialized='by_customer',
    hashes="{{ months_hashes(ref('int_customer_months'), ref('int_as_of_dates')) }}"
) }}

with

customer_months as not materialized (

    select * from {{ ref('int_customer_months') }}

    where {{ is_changed_customer() }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

{{ customer_states_ctes() }}

select * from states
