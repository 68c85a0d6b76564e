with

features as (

    select features.*
    from {{ ref('int_customer_features') }} as features

    inner join {{ ref('int_as_of_dates') }} as as_of_dates
        on features.as_of_date = as_of_dates.as_of_date

    where as_of_dates.is_newest

),

history as (

    select * from {{ ref('int_segment_history') }}

),

segments as (

    select * from {{ ref('int_segments') }}

),

actions as (

    select * from {{ ref('int_customer_actions') }}

),

customer_segments as (

    select
        features.customer_id,
        features.as_of_date,
        now_segment.segment_id,
        segments.segment_name,
        now_segment.rfm_group,
        now_segment.r_score,
        now_segment.f_score,
        now_segment.m_score,
        features.recency_days,
        features.order_count,
        features.monetary_value,
        features.lifetime_revenue,
        features.first_order_date,
        features.last_order_date,
        now_segment.confidence,
        now_segment.next_segment_id,
        next_segments.segment_name as next_segment_name,
        now_segment.previous_segment_id,
        actions.recommended_action,
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
        features.btyd_age_days

    from features

    inner join history as now_segment
        on
            features.customer_id = now_segment.customer_id
            and features.as_of_date = now_segment.as_of_date

    inner join segments
        on now_segment.segment_id = segments.segment_id

    left join segments as next_segments
        on now_segment.next_segment_id = next_segments.segment_id

    left join actions
        on features.customer_id = actions.customer_id

)

select * from customer_segments
