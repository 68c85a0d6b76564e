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

    select
        *,
        cast(date_trunc('month', ordered_date) as date) as month_start,
        not is_return and is_discount_line is not true as is_sold

    from {{ ref('stg_transactions') }}

    where category is not null and {{ is_in_changed_files() }}

),

-- A product of an order is one item, on however many lines it stands.
products as (

    select
        customer_id,
        month_start,
        category,
        order_id,
        product_id,
        min(ordered_date) as first_line_date,
        count(*) as line_count,
        count(*) filter (where is_sold) as sold_line_count

    from transactions

    where month_start in (select months.month_start from months)

    group by customer_id, month_start, category, order_id, product_id

),

category_months as (

    select
        customer_id,
        month_start,
        category,
        min(first_line_date) as first_line_date,
        sum(line_count) as line_count,
        sum(
            case
                when product_id is null then sold_line_count
                else least(sold_line_count, 1)
            end
        ) as sold_item_count

    from products

    group by customer_id, month_start, category

)

select
    category_months.customer_id,
    category_months.month_start,
    category_months.category,
    category_months.first_line_date,
    cast(category_months.line_count as bigint) as line_count,
    cast(category_months.sold_item_count as bigint) as sold_item_count,
    months.fingerprint

from category_months

inner join months
    on category_months.month_start = months.month_start
