-- A segment nobody is in says nothing; the model that made it is not published.
select
    segment_id,
    segment_name,
    customer_count

from {{ ref('segments') }}

where customer_count = 0
