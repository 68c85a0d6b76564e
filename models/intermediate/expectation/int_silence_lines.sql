{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_silence') }}

),

-- From each knot to the next; the last, at certainty, ends the line.
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

    from fitted

)

select * from lines

where to_silence is not null
