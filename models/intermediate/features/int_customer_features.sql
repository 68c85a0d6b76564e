-- A view: the newest date and the history read the columns they need, and millions of
-- rows of features are nowhere stored.
{{ config(materialized=derived_when_read()) }}

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

population as (

    select * from {{ ref('int_population') }}

),

recent_days as (

    select * from {{ ref('int_recent_days') }}

),

{{ customer_ratios_ctes() }},

{{ customer_features_ctes() }}

select * from typed
