{{ config(severity='error' if var('guard_rail_severity') == 'error' else 'warn') }}

-- More customers than ever moved since the last publication, though the model is kept:
-- look at what came in before anybody acts on it.
with

steps as (

    select * from {{ ref('int_movement_steps') }}

    where compared_with = 'last_publication'

),

churn as (

    select
        count(*) as customer_count,
        count(cause) as moved_count

    from steps

)

select
    churn.customer_count,
    churn.moved_count

from churn

cross join {{ ref('refit_decision') }} as decision

where
    not decision.is_refit
    and churn.moved_count > {{ var('guard_rail_churn') }} * churn.customer_count
