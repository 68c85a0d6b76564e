with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

{{ customer_states_ctes() }}

select * from states
