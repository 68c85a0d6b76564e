-- Accepted and rejected rows add up to the rows of the source: nothing is lost.
with

row_counts as (

    select
        (select count(*) from {{ ref('base_transactions') }}) as source_rows,
        (
            select sum(row_count) from {{ ref('base_source_months') }}

            where reason is null
        ) as accepted_rows,
        (
            select sum(row_count) from {{ ref('base_source_months') }}

            where reason is not null
        ) as left_out_rows,
        (select count(*) from {{ ref('rejected_transactions') }}) as rejected_rows

)

select * from row_counts

where
    source_rows != coalesce(accepted_rows, 0) + coalesce(left_out_rows, 0)
    or rejected_rows != coalesce(left_out_rows, 0)
