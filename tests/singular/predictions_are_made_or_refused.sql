-- A row has a prediction or the reason why not, and never half of one.
select customer_id

from {{ ref('customer_predictions') }}

where
    (refused_reason is null) != (expected_spend is not null)
    or (refused_reason is null) != (lifecycle is not null)
    or (refused_reason is null) != (silence_probability is not null)
    or (refused_reason is null) != (spend_at_stake is not null)
    or spend_low > spend_high
