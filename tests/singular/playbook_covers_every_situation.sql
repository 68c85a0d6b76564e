-- Whatever a customer's situation and value tier, exactly one action is theirs. Customers
-- without a prediction have no tier.
with

playbook as (

    select * from {{ ref('playbook') }}

),

lifecycle_states as (

    select * from {{ ref('lifecycle_states') }}

),

tiers as (

    {% for tier in var('value_tiers') -%}
    select '{{ tier }}' as value_tier

    union all

    {% endfor -%}
    select 'low' as value_tier

),

situations as (

    select
        lifecycle_states.lifecycle as situation,
        tiers.value_tier

    from lifecycle_states

    cross join tiers

    {% for situation in ['under contract', 'returned'] -%}
    union all

    select
        '{{ situation }}' as situation,
        value_tier

    from tiers

    {% endfor -%}
    {% for situation in ['not predicted', 'no orders'] -%}
    union all

    select
        '{{ situation }}' as situation,
        cast(null as varchar) as value_tier

    {% endfor %}
),

counted as (

    select
        situations.situation,
        situations.value_tier,
        count(playbook.action_id) as action_count

    from situations

    left join playbook
        on
            situations.situation = playbook.situation
            and (
                playbook.value_tiers = 'any'
                or ' ' || playbook.value_tiers || ' '
                like '% ' || situations.value_tier || ' %'
            )

    group by situations.situation, situations.value_tier

)

select * from counted

where action_count <> 1
