{%- set fields = [
    'email', 'phone', 'first_name', 'last_name', 'country', 'postal_code'
] %}
-- How customers are reached: only lists get this, no report and no published table.
with

customers as (

    select * from {{ ref('stg_customers') }}

),

contacts as (

    select
        {% for field in fields -%}
        {% if field in var('contact_columns') -%}
        nullif(trim(cast(
            {{ customer_column(var('contact_columns')[field], 'contact_columns') }}
            as varchar
        )), '') as {{ field }},
        {% else -%}
        cast(null as varchar) as {{ field }},
        {% endif -%}
        {% endfor -%}
        customer_id

    from customers

    where {{ 'true' if var('contact_columns') else 'false' }}

)

select * from contacts
