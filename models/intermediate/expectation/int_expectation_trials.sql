{{ config(materialized='ephemeral') }}

with

cut_offs as (

    select * from {{ ref('int_expectation_refusals') }}

    where refused_reason is null

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
            {{ expectation_origins() | join(', ') }}
        )

)

select * from trials
