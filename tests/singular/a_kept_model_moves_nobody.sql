-- Without a refit no label changes because of the model.
select steps.customer_id

from {{ ref('int_movement_steps') }} as steps

cross join {{ ref('refit_decision') }} as decision

where
    not decision.is_refit
    and steps.data_segment_id <> steps.model_segment_id
