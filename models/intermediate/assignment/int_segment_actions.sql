{{ config(materialized='ephemeral') }}
with

customers as (

    select * from {{ ref('customer_segments') }}

    where action_id is not null

),

segment_actions as (

    select
        segment_id,
        action_id,
        count(*) as customer_count,
        sum(expected_spend) as expected_spend,
        sum(spend_at_stake) as spend_at_stake,
        count(*) filter (where spend_at_stake > 0) as at_stake_count,
        coalesce(bool_or(is_season_seen), false) as is_season_seen

    from customers

    group by segment_id, action_id

),

-- What half of a segment's customers are told can stand for it; less is one of many.
with_shares as (

    select
        segment_actions.*,
        customer_count / sum(customer_count) over (partition by segment_id)
            as customer_share,
        row_number() over (
            partition by segment_id
            order by customer_count desc, action_id asc
        ) as action_rank

    from segment_actions

)

select
    *,
    action_rank = 1 and customer_share >= 0.5 as is_headline

from with_shares
