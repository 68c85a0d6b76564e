with

facts as (

    select * from {{ ref('fitted_reference') }}

)

select
    item,
    item_value

from facts
