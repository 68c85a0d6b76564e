with

segments as (

    select * from {{ ref('int_segments') }}

),

playbook as (

    select * from {{ ref('playbook') }}

),

-- The money of a few customers is theirs, not a group's.
judged as (

    select
        *,
        {{ is_small_cell('customer_count', 'segment_id', 'action_id') }}
            as is_withheld,
        {{ is_small_cell('at_stake_count', 'segment_id', 'action_id') }}
            as is_stake_withheld

    from {{ ref('int_segment_actions') }}

)

select
    judged.segment_id,
    segments.segment_name,
    judged.action_id,
    playbook.situation,
    playbook.value_tiers,
    cast(judged.customer_count as bigint) as customer_count,
    cast(judged.customer_share as double) as customer_share,
    cast(judged.at_stake_count as bigint) as at_stake_count,
    cast(
        case when not judged.is_withheld then judged.expected_spend end
        as decimal(18, 2)
    ) as expected_spend,
    cast(
        case
            when
                judged.is_season_seen
                and not judged.is_withheld
                and not judged.is_stake_withheld
                then judged.spend_at_stake
        end as decimal(18, 2)
    ) as spend_at_stake,
    judged.is_withheld or judged.is_stake_withheld as is_withheld,
    judged.is_headline,
    cast(playbook.priority as double) as action_priority,
    playbook.recommended_action,
    playbook.action_detail,
    playbook.action_channel,
    playbook.offer as action_offer,
    playbook.action_avoid,
    playbook.action_measure,
    cast(
        row_number() over (
            partition by judged.segment_id
            order by judged.customer_count desc, judged.action_id asc
        ) as integer
    ) as display_order

from judged

inner join segments
    on judged.segment_id = segments.segment_id

inner join playbook
    on judged.action_id = playbook.action_id
