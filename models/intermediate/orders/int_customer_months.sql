-- depends_on: {{ ref('int_month_fingerprints') }}
{{ config(
    materialized='in_parts',
    part_column='month_start',
    parts="{{ month_parts(ref('int_month_fingerprints')) }}"
) }}

with

orders as (

    select * from {{ ref('int_orders') }}

    where ordered_date between {{ part() }} and {{ month_end(part()) }}

),

category_months as (

    select * from {{ ref('int_category_months') }}

    where month_start = {{ part() }}

),

categories as (

    select * from {{ ref('int_categories') }}

),

followed_channel as (

    select channel from {{ ref('int_channels') }}

    where is_followed

),

{{ customer_months_ctes() }}

select * from customer_months  -- noqa: AM04
