-- Whoever is called active will more likely order than not, and lapsed the reverse.
select
    predictions.customer_id,
    predictions.lifecycle,
    predictions.silence_probability

from {{ ref('customer_predictions') }} as predictions

inner join {{ ref('lifecycle_states') }} as lifecycle_states
    on predictions.lifecycle = lifecycle_states.lifecycle

where
    -- Running yearly contracts are active though they order once a year.
    predictions.usual_interval_days < {{ var('yearly_wait_days') }}
    and predictions.lifecycle in ('active', 'overdue', 'lapsed')
    and (
        predictions.silence_probability >= lifecycle_states.silence_below
        and predictions.lifecycle = 'active'
        or predictions.silence_probability < 0.5
        and predictions.lifecycle in ('overdue', 'lapsed')
    )
