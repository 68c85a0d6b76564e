-- Of today, whoever has ordered: predicted, or refused with a reason. Of a past day,
-- whoever was predicted then.
with

history as (

    select
        history.customer_id,
        history.rfm_group,
        0 as days_before

    from {{ ref('int_segment_history') }} as history

    inner join {{ ref('int_as_of_dates') }} as as_of_dates
        on
            history.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

    inner join {{ ref('customer_predictions') }} as predictions
        on history.customer_id = predictions.customer_id

),

expectation as (

    select * from {{ ref('int_customer_expectation') }}

),

playbook as (

    select * from {{ ref('playbook') }}

),

-- The lifecycle, or what says more than it: a contract that runs, a return after a long
-- break, no prediction, no order.
situations as (

    select
        coalesce(history.customer_id, expectation.customer_id) as customer_id,
        coalesce(expectation.origin_days_before, 0) as days_before,
        expectation.value_tier,
        case
            when history.rfm_group = 'No Orders' then 'no orders'
            when expectation.lifecycle is null then 'not predicted'
            when
                expectation.has_yearly_rhythm
                and expectation.lifecycle in ('new', 'active')
                then 'under contract'
            when
                expectation.has_returned
                and expectation.lifecycle in ('active', 'due')
                and not expectation.is_at_risk
                then 'returned'
            else expectation.lifecycle
        end as situation,
        expectation.history_days,
        expectation.recent_spend,
        expectation.next_spend

    from history

    full outer join expectation
        on
            history.customer_id = expectation.customer_id
            and history.days_before = expectation.origin_days_before

),

actions as (

    select
        situations.customer_id,
        situations.days_before,
        situations.situation,
        playbook.action_id,
        playbook.recommended_action,
        playbook.priority as action_priority,
        situations.history_days,
        situations.recent_spend,
        situations.next_spend

    from situations

    left join playbook
        on
            situations.situation = playbook.situation
            and (
                playbook.value_tiers = 'any'
                or ' ' || playbook.value_tiers || ' '
                like '% ' || situations.value_tier || ' %'
            )

)

select * from actions
