with

usefulness as (

    select * from {{ ref('fitted_tier_usefulness') }}

)

select
    method,
    outcome,
    cast(cut_off_date as date) as cut_off_date,
    cast(customer_count as bigint) as customer_count,
    cast(group_count as integer) as group_count,
    cast(explained_variance as double) as explained_variance

from usefulness
