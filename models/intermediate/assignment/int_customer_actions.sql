with

history as (

    select history.*
    from {{ ref('int_segment_history') }} as history

    inner join {{ ref('int_as_of_dates') }} as as_of_dates
        on
            history.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

),

predictions as (

    select * from {{ ref('customer_predictions') }}

),

playbook as (

    select * from {{ ref('playbook') }}

),

-- The lifecycle, or what says more than it: a contract that runs, a return after a long
-- break, no prediction, no order.
situations as (

    select
        predictions.customer_id,
        predictions.value_tier,
        case
            when history.rfm_group = 'No Orders' then 'no orders'
            when predictions.lifecycle is null then 'not predicted'
            when
                predictions.has_yearly_rhythm
                and predictions.lifecycle in ('new', 'active')
                then 'under contract'
            when
                predictions.has_returned
                and predictions.lifecycle in ('active', 'due')
                and not predictions.is_at_risk
                then 'returned'
            else predictions.lifecycle
        end as situation

    from history

    inner join predictions
        on history.customer_id = predictions.customer_id

),

actions as (

    select
        situations.customer_id,
        situations.situation,
        playbook.action_id,
        playbook.recommended_action,
        playbook.priority as action_priority

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
