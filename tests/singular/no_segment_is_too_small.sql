{{ config(
    severity='error',
    fail_calc='coalesce(max(verdict), 0)',
    warn_if='>= 1',
    error_if='>= 2',
) }}
-- A clustered segment of a handful is no group to act on, and one nobody is in says
-- nothing: at least 1% of customers, and 30 of them; with fewer than 1,500 customers 30
-- gives way to 2%. A model that makes one is not published (2). One that is kept may lose
-- a segment as time goes by: a warning (1), or no build would ever be published again.
with

segments as (

    select * from {{ ref('segments') }}

),

smallest as (

    select
        greatest(
            {{ var('smallest_segment_share') }} * sum(customer_count),
            least(
                {{ var('smallest_segment_customers') }},
                {{ var('smallest_segment_share_of_few') }} * sum(customer_count)
            )
        ) as customers_needed

    from segments

)

select
    segments.segment_id,
    segments.segment_name,
    segments.customer_count,
    smallest.customers_needed,
    case when decision.is_refit then 2 else 1 end as verdict

from segments

cross join smallest

cross join {{ ref('refit_decision') }} as decision

where
    segments.is_clustered
    and (
        segments.customer_count = 0
        or segments.customer_count < smallest.customers_needed
    )
