{{ config(materialized='ephemeral') }}
-- Whose turn it is goes by the customer's id and the period alone, so that nobody joins
-- or leaves before the period is over. Spark has no CTE of one name twice, and this one
-- is written into queries that have customers.
with

everybody as (

    select customer_id from {{ ref('customer_segments') }}

),

periods as (

    select
        cast(
            floor(
                (12 * year(as_of_date) + month(as_of_date) - 1)
                / {{ var('global_holdout_months') }}
            ) as integer
        ) as period_number

    from {{ ref('int_as_of_dates') }}

    where is_newest

)

select
    everybody.customer_id,
    periods.period_number

from everybody

cross join periods

-- Of a share of 0 nobody: no digest comes before eight zeros.
where
    md5(
        {{ sql_text(var('campaign_salt') ~ '|everything|') }}
        || periods.period_number || '|' || everybody.customer_id
    )
    < '{{ '%08x' % ((var("global_holdout_share") | float * 4294967296) | int) }}'
