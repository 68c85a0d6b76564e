with

actions as (

    select * from {{ ref('int_actions_by_day') }}

    where days_before = 0

)

select
    customer_id,
    situation,
    action_id,
    recommended_action,
    action_priority

from actions
