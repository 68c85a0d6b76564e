with

usefulness as (

    select * from {{ ref('fitted_usefulness') }}

)

select
    method,
    outcome,
    cast(as_of_date as date) as as_of_date,
    cast(customer_count as bigint) as customer_count,
    cast(group_count as integer) as group_count,
    cast(explained_variance as double) as explained_variance,
    cast(top_decile_lift as double) as top_decile_lift,
    verdict

from usefulness
