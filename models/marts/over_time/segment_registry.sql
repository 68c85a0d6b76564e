with

registry as (

    select * from {{ ref('fitted_registry') }}

)

select
    segment_id,
    segment_name,
    model_version,
    {{ published_date('as_of_date') }} as as_of_date,
    event,
    related_segment_id,
    cast(overlap_share as double) as overlap_share,
    cast(customer_count as bigint) as customer_count

from registry
