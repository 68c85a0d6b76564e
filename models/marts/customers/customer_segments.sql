with

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where is_newest

),

predictions as (

    select * from {{ ref('customer_predictions') }}

),

features as (

    select * from {{ ref('int_customer_features') }}

),

history as (

    select history.*
    from {{ ref('int_segment_history') }} as history

    inner join as_of_dates
        on history.as_of_date = as_of_dates.as_of_date

),

segments as (

    select * from {{ ref('int_segments') }}

),

actions as (

    select * from {{ ref('int_actions_by_day') }}

    where days_before = 0

),

customer_segments as (

    select
        history.customer_id,
        {{ published_date('history.as_of_date') }} as as_of_date,
        history.segment_id,
        segments.segment_name,
        history.rfm_group,
        history.r_score,
        history.f_score,
        history.m_score,
        history.confidence,
        history.next_segment_id,
        next_segments.segment_name as next_segment_name,
        history.previous_segment_id,
        actions.situation,
        actions.action_id,
        actions.recommended_action,
        actions.action_priority,
        predictions.lifecycle,
        predictions.has_returned,
        predictions.has_yearly_rhythm,
        predictions.value_tier,
        predictions.expected_spend,
        predictions.silence_probability,
        predictions.wait_percentile,
        predictions.is_at_risk,
        predictions.spend_at_stake,
        predictions.is_season_seen,
        -- Every feature is published.
        features.* exclude (customer_id, as_of_date, fingerprint)  -- noqa: RF02

    from history

    left join features
        on
            history.customer_id = features.customer_id
            and history.as_of_date = features.as_of_date

    left join predictions
        on history.customer_id = predictions.customer_id

    inner join segments
        on history.segment_id = segments.segment_id

    left join segments as next_segments
        on history.next_segment_id = next_segments.segment_id

    left join actions
        on history.customer_id = actions.customer_id

)

select * from customer_segments  -- noqa: AM04
