with

customers as (

    select * from {{ ref('customer_segments') }}

),

predictions as (

    select * from {{ ref('customer_predictions') }}

),

segments as (

    select * from {{ ref('int_segments') }}

),

fitted_segments as (

    select * from {{ ref('fitted_segments') }}

),

fitted_names as (

    select * from {{ ref('fitted_names') }}

),

headline_actions as (

    select
        actions.segment_id,
        playbook.*

    from {{ ref('segment_actions') }} as actions

    inner join {{ ref('playbook') }} as playbook
        on actions.action_id = playbook.action_id

    where actions.is_headline

),

lifecycle_states as (

    select * from {{ ref('lifecycle_states') }}

),

totals as (

    select
        count(*) as customer_count,
        sum(lifetime_revenue) as revenue

    from customers

),

sizes as (

    select
        segment_id,
        count(*) as customer_count,
        sum(lifetime_revenue) as revenue,
        count(action_id) as action_count,
        median(recency_days) as median_recency_days,
        median(order_count) as median_order_count,
        {{ median_value('monetary_value') }} as median_monetary_value,
        sum(monetary_value) / nullif(sum(order_count), 0) as revenue_per_order,
        avg(cast(confidence as decimal(18, 6))) as mean_confidence,
        {%- for lifecycle in ['new', 'active', 'due', 'overdue', 'lapsed'] %}
        count(*) filter (where lifecycle = '{{ lifecycle }}') as {{ lifecycle }}_count,
        {%- endfor %}
        count(*) filter (where has_returned) as returned_count,
        count(*) filter (where is_at_risk) as at_risk_count,
        sum(expected_spend) as expected_spend,
        median(silence_probability) as silence_probability,
        sum(spend_at_stake) as spend_at_stake,
        count(*) filter (where spend_at_stake > 0) as at_stake_count,
        coalesce(bool_or(is_season_seen), false) as is_season_seen

    from customers

    group by segment_id

),

refusals as (

    select
        customers.segment_id,
        max(predictions.refused_reason) as refused_reason

    from customers

    inner join predictions
        on customers.customer_id = predictions.customer_id

    group by customers.segment_id

),

-- State and tier of the middle customer, in the order of life and of value.
middle_expectations as (

    select
        customers.segment_id,
        {{ quantile_value('lifecycle_states.position', 0.5) }} as lifecycle_position,
        {{ quantile_value(
            "case customers.value_tier when 'top' then 1 when 'high' then 2 "
            ~ "when 'medium' then 3 when 'low' then 4 end",
            0.5
        ) }} as tier_position

    from customers

    inner join lifecycle_states
        on customers.lifecycle = lifecycle_states.lifecycle

    group by customers.segment_id

),

-- Why there is no sum of what is at stake. Of a few customers it would be theirs.
withheld as (

    select
        sizes.segment_id,
        case
            when sizes.spend_at_stake is null
                then coalesce(refusals.refused_reason, 'there are no orders')
            when not sizes.is_season_seen
                then 'the season ahead has not been seen for a year'
            when
                sizes.at_stake_count > 0
                and sizes.at_stake_count < {{ var('minimum_cell_size') }}
                then 'fewer than {{ var("minimum_cell_size") }} customers are behind it'
        end as reason

    from sizes

    left join refusals
        on sizes.segment_id = refusals.segment_id

),

summarised as (

    select
        segments.segment_id,
        segments.segment_name,
        segments.description,
        fitted_segments.structure,
        coalesce(sizes.customer_count, 0) as customer_count,
        coalesce(sizes.customer_count, 0) / totals.customer_count as customer_share,
        coalesce(sizes.revenue, 0) as revenue,
        coalesce(sizes.revenue, 0) / nullif(totals.revenue, 0) as revenue_share,
        sizes.median_recency_days,
        sizes.median_order_count,
        sizes.median_monetary_value,
        sizes.revenue_per_order,
        fitted_segments.stability,
        round(sizes.mean_confidence, 4) as mean_confidence,
        fitted_segments.rule_sql,
        fitted_segments.rule_text,
        fitted_names.rule_precision,
        fitted_names.rule_coverage,
        case
            when headline_actions.action_id is not null
                then headline_actions.recommended_action
            when sizes.action_count > 0 then 'mixed'
        end as recommended_action,
        headline_actions.action_id,
        headline_actions.action_detail,
        headline_actions.action_channel,
        headline_actions.offer as action_offer,
        headline_actions.action_avoid,
        headline_actions.action_measure,
        segments.is_clustered,
        middle_states.lifecycle,
        case middle_expectations.tier_position
            when 1 then 'top'
            when 2 then 'high'
            when 3 then 'medium'
            when 4 then 'low'
        end as value_tier,
        {%- for count in ['new', 'active', 'due', 'overdue', 'lapsed', 'returned',
                          'at_risk'] %}
        coalesce(sizes.{{ count }}_count, 0) as {{ count }}_count,
        {%- endfor %}
        sizes.expected_spend,
        sizes.silence_probability,
        case
            when sizes.segment_id is null then 0
            when withheld.reason is null then sizes.spend_at_stake
        end as spend_at_stake,
        withheld.reason as withheld_reason,
        row_number() over (
            order by
                segments.is_clustered desc,
                coalesce(sizes.revenue, 0) desc,
                segments.segment_id
        ) as display_order

    from segments

    cross join totals

    left join sizes
        on segments.segment_id = sizes.segment_id

    left join withheld
        on segments.segment_id = withheld.segment_id

    left join middle_expectations
        on segments.segment_id = middle_expectations.segment_id

    left join lifecycle_states as middle_states
        on middle_expectations.lifecycle_position = middle_states.position

    left join fitted_segments
        on segments.segment_id = fitted_segments.segment_id

    left join fitted_names
        on segments.segment_id = fitted_names.segment_id

    left join headline_actions
        on segments.segment_id = headline_actions.segment_id

)

select
    segment_id,
    segment_name,
    description,
    structure,
    cast(customer_count as bigint) as customer_count,
    cast(customer_share as double) as customer_share,
    cast(revenue as decimal(18, 2)) as revenue,
    cast(revenue_share as double) as revenue_share,
    cast(spend_at_stake as decimal(18, 2)) as revenue_at_risk,
    cast(median_recency_days as double) as median_recency_days,
    cast(median_order_count as double) as median_order_count,
    cast(median_monetary_value as decimal(18, 2)) as median_monetary_value,
    cast(revenue_per_order as decimal(18, 2)) as revenue_per_order,
    cast(stability as double) as stability,
    cast(mean_confidence as double) as mean_confidence,
    rule_sql,
    rule_text,
    cast(rule_precision as double) as rule_precision,
    cast(rule_coverage as double) as rule_coverage,
    recommended_action,
    action_id,
    action_detail,
    action_channel,
    action_offer,
    action_avoid,
    action_measure,
    is_clustered,
    cast(display_order as integer) as display_order,
    lifecycle,
    value_tier,
    cast(new_count as bigint) as new_count,
    cast(active_count as bigint) as active_count,
    cast(due_count as bigint) as due_count,
    cast(overdue_count as bigint) as overdue_count,
    cast(lapsed_count as bigint) as lapsed_count,
    cast(returned_count as bigint) as returned_count,
    cast(at_risk_count as bigint) as at_risk_count,
    cast(expected_spend as decimal(18, 2)) as expected_spend,
    cast(silence_probability as double) as silence_probability,
    cast(spend_at_stake as decimal(18, 2)) as spend_at_stake,
    withheld_reason

from summarised
