-- Each customer with an accepted row is in customer_segments once, and no other is.
-- Without transactions it is each customer of the customer table.
with

source_customers as (

    select distinct customer_id from {{ ref('int_month_orders') }}

    {% if not has_transactions() %}
    union

    select customer_id from {{ ref('stg_customers') }}
    {% endif %}

),

placed_customers as (

    select
        customer_id,
        count(*) as row_count

    from {{ ref('customer_segments') }}

    group by customer_id

)

select
    source_customers.customer_id as source_customer_id,
    placed_customers.customer_id as placed_customer_id,
    placed_customers.row_count

from source_customers

full outer join placed_customers
    on source_customers.customer_id = placed_customers.customer_id

where
    placed_customers.row_count is distinct from 1
    or source_customers.customer_id is null
