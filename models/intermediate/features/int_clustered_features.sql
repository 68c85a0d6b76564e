-- depends_on: {{ ref('stg_customers') }}
{{ config(materialized=derived_when_read() if has_transactions() else 'table') }}

{% set columns = clustered_columns() %}

with

{% if has_transactions() %}
features as (

    select * from {{ ref('int_customer_features') }}

),

-- A customer who never placed a paid order has nothing to cluster on.
clustered_features as (

    select * exclude (fingerprint)

    from features

    where first_order_date is not null

)
{% else %}
customers as (

    select * from {{ ref('stg_customers') }}

),

clustered_features as (

    select
        {% for column in columns %}
        cast(
            {{ adapter.quote(column.name) }}
            as {{ 'double' if column.kind == 'numeric' else 'varchar' }}
        ) as {{ adapter.quote(column.name) }},
        {% endfor %}
        customer_id,
        {{ attribute_date() }} as as_of_date

    from customers

)
{% endif %}

select * from clustered_features  -- noqa: AM04
