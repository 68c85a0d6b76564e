{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_spend') }}

    where correction in ('range_low', 'range_high')

),

ends as (

    select
        origin_days_before,
        from_amount,
        max(case when correction = 'range_low' then correction_value end) as low_share,
        max(case when correction = 'range_high' then correction_value end)
            as high_share

    from fitted

    group by
        origin_days_before,
        from_amount

),

ranges as (

    select
        *,
        lead(from_amount) over (
            partition by origin_days_before order by from_amount
        ) as to_amount

    from ends

)

select * from ranges
