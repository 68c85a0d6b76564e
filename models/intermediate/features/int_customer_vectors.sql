-- depends_on: {{ ref('fitted_features') }}
-- depends_on: {{ ref('stg_customers') }}
{{ config(materialized='view') }}

{% set steps = fitted_steps() %}
{% set names = dimension_names(steps) %}

with

customers as (

    select * from {{ ref('int_clustered_features') }}

),

-- What distances are measured on. Where all customers are alike there is no dimension.
coordinates as (

    select
        customer_id,
        {% for step in steps %}
        {{ dimension(step) }} as {{ names[loop.index0] }},
        {% endfor %}
        as_of_date

    from customers

)

select
    customer_id,
    as_of_date,
    {{ double_list(names) }} as vector

from coordinates
