-- depends_on: {{ ref('base_source_months') }}
-- depends_on: {{ ref('base_months') }}
{{ config(materialized='month_by_month') }}

with

transactions as (

    select
        *,
        cast(date_trunc('month', ordered_date) as date) as month_start,
        not is_return and is_discount_line is not true as is_sold

    from {{ ref('stg_transactions') }}

    where category is not null

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

    where {{ is_in_hand() }}

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
    customer_id,
    month_start,
    category,
    first_line_date,
    cast(line_count as bigint) as line_count,
    cast(sold_item_count as bigint) as sold_item_count

from category_months
