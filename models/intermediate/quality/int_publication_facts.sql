with

customers as (

    select * from {{ ref('customer_segments') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where is_newest

),

segments as (

    select * from {{ ref('fitted_segments') }}

),

selected_candidate as (

    select * from {{ ref('fitted_candidates') }}

    where is_selected

),

source_rows as (

    select * from {{ ref('data_quality') }}

    where check_name = 'source_rows'

),

customer_totals as (

    select
        count(*) as customer_count,
        sum(lifetime_revenue) as revenue

    from customers

),

model_versions as (

    select max(model_version) as model_version from segments

),

facts as (

    select
        {{ published_date('as_of_dates.as_of_date') }} as as_of_date,
        model_versions.model_version,
        selected_candidate.algorithm,
        selected_candidate.segment_count,
        customer_totals.customer_count,
        customer_totals.revenue,
        source_rows.rows_checked as source_rows,
        source_rows.rows_checked - source_rows.rows_failed as accepted_rows,
        source_rows.rows_failed as rejected_rows

    from customer_totals

    cross join model_versions

    left join as_of_dates
        on true

    left join selected_candidate
        on true

    left join source_rows
        on true

)

select
    as_of_date,
    cast(model_version as varchar) as model_version,
    cast(algorithm as varchar) as algorithm,
    cast(segment_count as integer) as segment_count,
    cast(customer_count as bigint) as customer_count,
    cast(source_rows as bigint) as source_rows,
    cast(accepted_rows as bigint) as accepted_rows,
    cast(rejected_rows as bigint) as rejected_rows,
    cast(revenue as decimal(18, 2)) as revenue

from facts
