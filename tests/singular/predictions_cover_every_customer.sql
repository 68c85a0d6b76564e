-- Every customer who has a segment and ordered has a row, and no other.
select coalesce(segments.customer_id, predictions.customer_id) as customer_id

from {{ ref('customer_segments') }} as segments

full join {{ ref('customer_predictions') }} as predictions
    on segments.customer_id = predictions.customer_id

where
    predictions.customer_id is null and segments.order_count is not null
    or segments.customer_id is null
