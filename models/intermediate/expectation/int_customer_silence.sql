with

cut_offs as (

    select * from {{ ref('int_expectation_refusals') }}

    where refused_reason is null

),

predicted as (

    select * from {{ ref('int_expectation_model') }}

),

fitted_silence as (

    select * from {{ ref('fitted_silence') }}

),

lifecycle_states as (

    select * from {{ ref('lifecycle_states') }}

),

-- A day is predicted with corrections that were known on it: what came of predictions
-- made at least one horizon before.
trials as (

    select
        origins.days_before as origin_days_before,
        cut_offs.days_before,
        cut_offs.cut_off_date,
        cut_offs.days_before = origins.days_before as is_prediction

    from cut_offs as origins

    inner join cut_offs
        on
            cut_offs.days_before = origins.days_before
            {% for days in var('prediction_backtest_days') -%}
            or cut_offs.days_before = origins.days_before + {{ days }}
            {% endfor %}
    where
        origins.days_before in (
            0{% for days in var('prediction_backtest_days') %}, {{ days }}{% endfor %}  -- noqa: LT05
        )

),

-- From each knot to the next; the last, at certainty, begins none.
lines as (

    select
        origin_days_before,
        order_days_group,
        from_silence,
        from_value,
        lead(from_silence) over (
            partition by origin_days_before, order_days_group order by from_silence
        ) as to_silence,
        lead(from_value) over (
            partition by origin_days_before, order_days_group order by from_silence
        ) as to_value

    from fitted_silence

),

-- The silence that the model predicts, as earlier predictions like it turned out.
corrected as (

    select
        predicted.*,
        trials.origin_days_before,
        trials.is_prediction,
        coalesce(
            lines.from_value
            + (lines.to_value - lines.from_value)
            * (predicted.model_silence - lines.from_silence)
            / (lines.to_silence - lines.from_silence),
            predicted.model_silence
        ) as corrected_silence

    from predicted

    inner join trials
        on predicted.days_before = trials.days_before

    left join lines
        on
            trials.origin_days_before = lines.origin_days_before
            and least(predicted.order_days, 3) = lines.order_days_group
            and predicted.model_silence >= lines.from_silence
            and predicted.model_silence < lines.to_silence

),

with_renewal as (

    select
        *,
        -- A contract of a year orders once, about when the year is over.
        wait_days <= {{ var('yearly_wait_days') + var('yearly_tolerance_days') }}
            as is_running,
        wait_days
        + {{ var('prediction_horizon_days') }}
        >= {{ var('yearly_wait_days') }} as is_renewal_ahead

    from corrected

),

with_silence as (

    select
        *,
        case
            when not has_yearly_rhythm or not is_running then corrected_silence
            when is_renewal_ahead then 1 - {{ var('yearly_renewal_share') }}
            else 1
        end as silence_probability,
        -- What the lifecycle goes by: a running contract that is not due is no silence.
        case
            when has_yearly_rhythm and is_running then 0
            when has_yearly_rhythm then 1
            else corrected_silence
        end as lifecycle_silence

    from with_renewal

),

with_lifecycle as (

    select
        with_silence.*,
        case
            when
                with_silence.order_days = 1
                and with_silence.age_days <= {{ var('lifecycle_new_days') }}
                then 'new'
            when with_silence.lifecycle_silence < active.silence_below then 'active'
            when
                with_silence.lifecycle_silence < due.silence_below
                or (
                    with_silence.wait_percentile
                    >= {{ var('lifecycle_long_wait_share') }}
                    and not with_silence.has_yearly_rhythm
                )
                then 'due'
            when with_silence.lifecycle_silence < overdue.silence_below then 'overdue'
            else 'lapsed'
        end as lifecycle

    from with_silence

    inner join lifecycle_states as active
        on active.lifecycle = 'active'

    inner join lifecycle_states as due
        on due.lifecycle = 'due'

    inner join lifecycle_states as overdue
        on overdue.lifecycle = 'overdue'

),

-- Spend at the corrected silence: what the model expects of those who order.
with_spend as (

    select
        * exclude (
            last_order_age_days, active_chance, is_renewal_ahead, lifecycle_silence
        ),
        model_spend
        / greatest(1 - model_silence, 1e-9)
        * (1 - silence_probability) as silence_spend

    from with_lifecycle

)

-- Whatever the model says, and what is corrected.
select * from with_spend  -- noqa: AM04
