-- depends_on: {{ ref('base_source_months') }}
{{ config(
    materialized='in_parts',
    part_column='month_start',
    parts="{{ source_month_parts(ref('base_source_months')) }}"
) }}

with

transactions as (

    select * from {{ ref('stg_transactions') }}

    where
        category is not null
        and {{ is_in_part_files() }}
        and {{ is_in_part_months() }}

),

category_months as (

    select
        customer_id,
        {{ month_start('ordered_date') }} as month_start,
        category,
        min(ordered_date) as first_sold_date,
        count(*) as line_count,
        count(*) filter (where not is_return) as sold_line_count

    from transactions

    group by customer_id, {{ month_start('ordered_date') }}, category

)

select * from category_months
