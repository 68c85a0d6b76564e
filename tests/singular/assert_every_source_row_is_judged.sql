-- Accepted and rejected rows add up to the rows of the source: nothing is lost.
with

row_counts as (

    select
        (select count(*) from {{ ref('base_transactions') }}) as source_rows,
        (select count(*) from {{ ref('stg_transactions') }}) as accepted_rows,
        (select count(*) from {{ ref('rejected_transactions') }}) as rejected_rows

)

select * from row_counts

where source_rows != accepted_rows + rejected_rows
