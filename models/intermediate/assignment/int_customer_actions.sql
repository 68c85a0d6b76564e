with

history as (

    select history.*
    from {{ ref('int_segment_history') }} as history

    inner join {{ ref('int_as_of_dates') }} as as_of_dates
        on
            history.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

),

playbook as (

    select * from {{ ref('playbook') }}

),

-- Up or down since the last month end by the sum of the three RFM scores.
movements as (

    select
        customer_id,
        rfm_group,
        case
            when previous_segment_id is null then 'new'
            when r_score + f_score + m_score > previous_rfm_total then 'up'
            when r_score + f_score + m_score < previous_rfm_total then 'down'
            else 'any'
        end as movement

    from history

),

-- The playbook's row for the movement where it has one, else the row for any.
actions as (

    select
        movements.customer_id,
        movements.rfm_group,
        movements.movement,
        coalesce(moved.recommended_action, standing.recommended_action)
            as recommended_action,
        coalesce(moved.priority, standing.priority) as action_priority

    from movements

    left join playbook as moved
        on
            movements.rfm_group = moved.rfm_group
            and movements.movement = moved.movement

    left join playbook as standing
        on
            movements.rfm_group = standing.rfm_group
            and standing.movement = 'any'

)

select * from actions
