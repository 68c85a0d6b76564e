-- depends_on: {{ ref('base_source_months') }}
{{ config(
    materialized='incremental',
    pre_hook="{{ delete_changed(ref('base_months'), 'month_start') }}"
) }}

with

months as (

    select
        months.month_start,
        months.fingerprint

    from {{ ref('base_months') }} as months

    where {{ is_missing('months', 'month_start') }}

),

transactions as (

    select * from {{ ref('stg_transactions') }}

    where category is not null and {{ is_in_changed_files() }}

),

category_months as (

    select
        transactions.customer_id,
        months.month_start,
        transactions.category,
        min(transactions.ordered_date) as first_sold_date,
        count(*) as line_count,
        count(
            distinct transactions.order_id || chr(31) || transactions.product_id
        ) filter (
            where not transactions.is_return
            and transactions.is_discount_line is not true
        )
        + count(*) filter (
            where not transactions.is_return
            and transactions.is_discount_line is not true
            and transactions.product_id is null
        ) as sold_item_count,
        months.fingerprint

    from transactions

    inner join months
        on
            cast(date_trunc('month', transactions.ordered_date) as date)
            = months.month_start

    group by
        transactions.customer_id,
        months.month_start,
        transactions.category,
        months.fingerprint

)

select * from category_months
