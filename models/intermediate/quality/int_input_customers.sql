{{ config(materialized='ephemeral') }}

with

source_months as (

    select * from {{ ref('base_source_months') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

customer_table as (

    select count(*) as row_count from {{ ref('base_customers') }}

),

customer_rows as (

    select
        max(customer_table.row_count) as rows_checked,
        max(customer_table.row_count) - count(customers.customer_id) as rows_failed,
        'rows of the customer table that were left out: without a usable id, or not '
        || 'the first of a customer' as detail

    from customer_table

    left join customers
        on true

),

float_ids as (

    select
        coalesce(sum(row_count), 0) as rows_checked,
        coalesce(sum(float_id_count), 0) as rows_failed

    from source_months

),

checks as (

    {% if not has_transactions() %}
    -- Without transactions, customers are the source.
    select
        'source_rows' as check_name,
        rows_checked,
        rows_failed,
        case when rows_failed = 0 then 'pass' else 'warn' end as verdict,
        detail

    from customer_rows

    union all

    {% endif %}
    select
        'ids_written_as_floats' as check_name,
        rows_checked,
        rows_failed,
        'info' as verdict,
        'customer ids such as 17850.0, read as 17850' as detail

    from float_ids

    where rows_failed > 0

    union all

    select
        'customers_with_attributes' as check_name,
        rows_checked,
        rows_failed,
        'info' as verdict,
        detail

    from customer_rows

)

select * from checks
