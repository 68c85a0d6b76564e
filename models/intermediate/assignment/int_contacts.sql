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
        customer_id,
        {%- for field in fields %}
        {%- if field in var('contact_columns') %}
        nullif(trim(cast(
            {{ customer_column(var('contact_columns')[field], 'contact_columns') }}
            as varchar
        )), '')
        {%- else %}
        cast(null as varchar)
        {%- endif %} as {{ field }}
        {{- "," if not loop.last }}
        {%- endfor %}

    from customers

    where {{ 'true' if var('contact_columns') else 'false' }}

)

select * from contacts
