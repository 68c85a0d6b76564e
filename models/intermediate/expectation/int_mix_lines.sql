{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_spend') }}

    where correction = 'mix_line'

),

-- From each knot to the next; beyond the last the line goes on in proportion.
lines as (

    select
        origin_days_before,
        from_amount,
        correction_value as from_value,
        lead(from_amount) over (
            partition by origin_days_before order by from_amount
        ) as to_amount,
        lead(correction_value) over (
            partition by origin_days_before order by from_amount
        ) as to_value

    from fitted

)

select * from lines
