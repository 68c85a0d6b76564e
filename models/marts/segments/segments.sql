with

customers as (

    select * from {{ ref('customer_segments') }}

),

segments as (

    select * from {{ ref('int_segments') }}

),

fitted_segments as (

    select * from {{ ref('fitted_segments') }}

),

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

playbook as (

    select * from {{ ref('playbook') }}

    where movement = 'any'

),

lifecycle_states as (

    select * from {{ ref('lifecycle_states') }}

),

seasons as (

    select max(case when history_days >= 365 then 1 else 0 end) as has_season

    from {{ ref('int_expectation_refusals') }}

    where is_newest

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
        sum(lifetime_revenue)
        filter (where r_score <= {{ var('at_risk_r_score') }}) as revenue_at_risk,
        count(*)
        filter (where r_score <= {{ var('at_risk_r_score') }}) as customers_at_risk,
        median(recency_days) as median_recency_days,
        median(order_count) as median_order_count,
        {{ median_value('monetary_value') }} as median_monetary_value,
        sum(monetary_value) / nullif(sum(order_count), 0) as revenue_per_order,
        avg(cast(confidence as decimal(18, 6))) as mean_confidence,
        sum(expected_spend) as expected_spend,
        median(silence_probability) as silence_probability,
        sum(spend_at_stake) as spend_at_stake,
        count(*) filter (where spend_at_stake > 0) as customers_at_stake

    from customers

    group by segment_id

),

-- What the playbook says about a group must be true of the segment's middle customer,
-- so the group of its median scores sets the headline action. Customers without scores
-- are all in one group.
middles as (

    select
        segment_id,
        max(rfm_group) as rfm_group,
        {{ quantile_value('r_score', 0.5) }} as r_score,
        {{ quantile_value('f_score', 0.5) }} as f_score

    from customers

    group by segment_id

),

main_groups as (

    select
        middles.segment_id,
        case
            when middles.r_score is null then middles.rfm_group
            else rfm_grid.rfm_group
        end as rfm_group

    from middles

    left join rfm_grid
        on
            middles.r_score = rfm_grid.r_score
            and middles.f_score = rfm_grid.f_score

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
        -- The rest of the segment's revenue is that of the others, who may be few as
        -- well.
        case
            when
                sizes.customers_at_risk between 1 and sizes.customer_count - 1
                and least(
                    sizes.customers_at_risk,
                    sizes.customer_count - sizes.customers_at_risk
                ) < {{ var('minimum_cell_size') }}
                then null
            else coalesce(sizes.revenue_at_risk, 0)
        end as revenue_at_risk,
        sizes.median_recency_days,
        sizes.median_order_count,
        sizes.median_monetary_value,
        sizes.revenue_per_order,
        fitted_segments.stability,
        round(sizes.mean_confidence, 4) as mean_confidence,
        fitted_segments.rule_sql,
        fitted_segments.rule_text,
        fitted_segments.rule_precision,
        fitted_segments.rule_coverage,
        main_groups.rfm_group as main_rfm_group,
        playbook.recommended_action,
        playbook.action_detail,
        playbook.action_channel,
        playbook.offer as action_offer,
        playbook.action_avoid,
        playbook.action_measure,
        segments.is_clustered,
        middle_states.lifecycle,
        case middle_expectations.tier_position
            when 1 then 'top'
            when 2 then 'high'
            when 3 then 'medium'
            when 4 then 'low'
        end as value_tier,
        sizes.expected_spend,
        sizes.silence_probability,
        -- Without a year of the season ahead a sum would be off by the season.
        case
            when
                seasons.has_season = 1
                and not (
                    sizes.customers_at_stake between 1 and sizes.customer_count - 1
                    and least(
                        sizes.customers_at_stake,
                        sizes.customer_count - sizes.customers_at_stake
                    ) < {{ var('minimum_cell_size') }}
                )
                then sizes.spend_at_stake
        end as spend_at_stake,
        row_number() over (
            order by
                segments.is_clustered desc,
                coalesce(sizes.revenue, 0) desc,
                segments.segment_id
        ) as display_order

    from segments

    cross join totals

    cross join seasons

    left join sizes
        on segments.segment_id = sizes.segment_id

    left join middle_expectations
        on segments.segment_id = middle_expectations.segment_id

    left join lifecycle_states as middle_states
        on middle_expectations.lifecycle_position = middle_states.position

    left join fitted_segments
        on segments.segment_id = fitted_segments.segment_id

    left join main_groups
        on segments.segment_id = main_groups.segment_id

    left join playbook
        on main_groups.rfm_group = playbook.rfm_group

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
    cast(revenue_at_risk as decimal(18, 2)) as revenue_at_risk,
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
    main_rfm_group,
    recommended_action,
    action_detail,
    action_channel,
    action_offer,
    action_avoid,
    action_measure,
    is_clustered,
    cast(display_order as integer) as display_order,
    lifecycle,
    value_tier,
    cast(expected_spend as decimal(18, 2)) as expected_spend,
    cast(silence_probability as double) as silence_probability,
    cast(spend_at_stake as decimal(18, 2)) as spend_at_stake

from summarised
