-- Every group a customer can be in has one action that always applies; a movement
-- overrides it at most once.
with

groups as (

    select rfm_group from {{ ref('rfm_grid') }}

    union

    select 'No Orders' as rfm_group

),

playbook as (

    select * from {{ ref('playbook') }}

),

action_counts as (

    select
        groups.rfm_group,
        coalesce(playbook.movement, 'any') as movement,
        count(playbook.recommended_action) as action_count

    from groups

    left join playbook
        on groups.rfm_group = playbook.rfm_group

    group by groups.rfm_group, coalesce(playbook.movement, 'any')

),

groups_at_rest as (

    select
        groups.rfm_group,
        'any' as movement,
        count(action_counts.rfm_group) as action_count

    from groups

    left join action_counts
        on
            groups.rfm_group = action_counts.rfm_group
            and action_counts.movement = 'any'

    group by groups.rfm_group

),

all_counts as (

    select * from action_counts

    union all

    select * from groups_at_rest

)

select * from all_counts

where action_count <> 1
