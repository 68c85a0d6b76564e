{{ config(materialized='ephemeral') }}

with

source_months as (

    select * from {{ ref('base_source_months') }}

),

totals as (

    select
        coalesce(sum(row_count), 0) as source_rows,
        coalesce(sum(row_count) filter (where reason is null), 0) as accepted_rows,
        coalesce(sum(unreadable_discount_count), 0) as unreadable_discounts,
        sum(rounding_difference) as rounding_difference

    from source_months

),

checks as (

    select
        'rounding' as check_name,
        accepted_rows as rows_checked,
        0 as rows_failed,
        case
            when abs(rounding_difference) > accepted_rows * 0.005 then 'warn'
            else 'pass'
        end as verdict,
        'money gained or lost by rounding each line to the cent: '
        || {{ money_written('coalesce(rounding_difference, 0)') }} as detail

    from totals

    union all

    select
        'unreadable_discounts' as check_name,
        source_rows as rows_checked,
        unreadable_discounts as rows_failed,
        'warn' as verdict,
        'discounts that are not numbers: taken as unknown' as detail

    from totals

    where unreadable_discounts > 0

)

select * from checks
