{% set rules = exclusion_rules({'types': {'customer_id': 'VARCHAR'}}) %}

with

customers as (

    select * from {{ ref('base_customers') }}

),

hashed as (

    select
        *,
        {{ row_hash('customers') }} as __row_hash

    from customers

),

-- noqa: disable=LT02
-- A customer's first row counts: attributes describe, they are never added up.
first_rows as (

    select * exclude (__row_hash)

    from hashed

    where
        customer_id is not null
        and not {{ is_erased('customer_id') }}
        and {{ unusable_id_reason('customer_id') }} is null
        {% for rule in rules %}
        and not ({{ rule.condition }})
        {% endfor %}

    qualify
        row_number() over (partition by customer_id order by __row_hash) = 1

)

-- The columns are the user's own.
select * from first_rows  -- noqa: AM04
