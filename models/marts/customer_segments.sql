with

features as (

    select * from {{ ref('int_current_features') }}

),

history as (

    select history.*
    from {{ ref('int_segment_history') }} as history

    inner join {{ ref('int_as_of_dates') }} as as_of_dates
        on
            history.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

),

segments as (

    select * from {{ ref('int_segments') }}

),

actions as (

    select * from {{ ref('int_customer_actions') }}

),

predictions as (

    select * from {{ ref('customer_predictions') }}

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
        features.recency_days,
        features.order_count,
        features.monetary_value,
        features.lifetime_revenue,
        features.first_order_date,
        features.last_order_date,
        history.confidence,
        history.next_segment_id,
        next_segments.segment_name as next_segment_name,
        history.previous_segment_id,
        actions.recommended_action,
        actions.action_priority,
        features.tenure_days,
        features.average_order_value,
        features.order_value_cv,
        features.items_per_order,
        features.orders_per_month,
        features.interpurchase_days_mean,
        features.interpurchase_cv,
        features.category_count,
        features.category_concentration,
        features.discount_share,
        features.return_share,
        features.weekend_share,
        features.channel_share,
        features.recent_order_days,
        features.prior_order_days,
        features.activity_trend,
        features.btyd_frequency,
        features.btyd_recency_days,
        features.btyd_age_days,
        predictions.lifecycle,
        predictions.value_tier,
        predictions.expected_spend,
        predictions.silence_probability,
        predictions.spend_at_stake

    from history

    left join features
        on history.customer_id = features.customer_id

    inner join segments
        on history.segment_id = segments.segment_id

    left join segments as next_segments
        on history.next_segment_id = next_segments.segment_id

    left join actions
        on history.customer_id = actions.customer_id

    left join predictions
        on history.customer_id = predictions.customer_id

)

select * from customer_segments
