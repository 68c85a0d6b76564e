-- Every customer who has a segment and ordered has a row, and no other. A row has a whole
-- prediction or the reason why not; shares are shares, and the state says what the
-- silence says.
with

customers as (

    select customer_id from {{ ref('customer_segments') }}

    where order_count is not null

)

select
    coalesce(predictions.customer_id, customers.customer_id) as customer_id,
    predictions.lifecycle,
    predictions.silence_probability

from {{ ref('customer_predictions') }} as predictions

full outer join customers
    on predictions.customer_id = customers.customer_id

left join {{ ref('lifecycle_states') }} as lifecycle_states
    on predictions.lifecycle = lifecycle_states.lifecycle

where
    customers.customer_id is null
    or predictions.as_of_date is null
    or (predictions.refused_reason is null) != (predictions.expected_spend is not null)
    or (predictions.refused_reason is null)
    != (lifecycle_states.lifecycle is not null)
    or (predictions.refused_reason is null)
    != (coalesce(predictions.value_tier, '') in ('top', 'high', 'medium', 'low'))
    or (predictions.refused_reason is null)
    != (predictions.silence_probability is not null)
    or (predictions.refused_reason is null) != (predictions.spend_at_stake is not null)
    or not predictions.silence_probability between 0 and 1
    or not predictions.wait_percentile between 0 and 1
    or predictions.expected_orders < 0
    or predictions.expected_spend < 0
    or predictions.spend_at_stake < 0
    or predictions.spend_low > predictions.spend_high
    or predictions.next_order_date <= predictions.as_of_date
    -- Running yearly contracts are active though they order once a year.
    or predictions.usual_interval_days < {{ var('yearly_wait_days') }}
    and (
        predictions.lifecycle = 'active'
        and predictions.silence_probability >= lifecycle_states.silence_below
        or predictions.lifecycle in ('overdue', 'lapsed')
        and predictions.silence_probability < 0.5
    )
