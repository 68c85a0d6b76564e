-- Every customer with an action is in one row of their segment; states and sums are those
-- of the customers; a headline is the action of half of them.
with

customers as (

    select
        segment_id,
        count(action_id) as action_count,
        count(lifecycle) as state_count,
        sum(spend_at_stake) as spend_at_stake

    from {{ ref('customer_segments') }}

    group by segment_id

),

actions as (

    select
        segment_id,
        sum(customer_count) as action_count,
        max(case when is_headline then action_id end) as headline,
        max(case when is_headline then customer_share end) as headline_share,
        count(*) filter (where is_headline) as headline_count

    from {{ ref('segment_actions') }}

    group by segment_id

),

segments as (

    select
        segment_id,
        action_id,
        new_count + active_count + due_count + overdue_count + lapsed_count
            as state_count,
        revenue_at_risk,
        spend_at_stake

    from {{ ref('segments') }}

)

select segments.segment_id

from segments

left join customers
    on segments.segment_id = customers.segment_id

left join actions
    on segments.segment_id = actions.segment_id

where
    coalesce(customers.action_count, 0) <> coalesce(actions.action_count, 0)
    or coalesce(customers.state_count, 0) <> segments.state_count
    or segments.revenue_at_risk <> segments.spend_at_stake
    or segments.spend_at_stake <> coalesce(customers.spend_at_stake, 0)
    or actions.headline_count > 1
    or actions.headline_share < 0.5
    or coalesce(segments.action_id, '') <> coalesce(actions.headline, '')
