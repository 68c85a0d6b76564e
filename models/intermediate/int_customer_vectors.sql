-- depends_on: {{ ref('stg_customers') }}
{{ config(materialized='view') }}

{% set columns = clustered_columns() %}
{% set has_texts = columns | selectattr('kind', 'equalto', 'categorical') | list %}

with

features as (

    select * from {{ ref('int_clustered_features') }}

),

feature_steps as (

    select * from {{ ref('fitted_features') }}

    where is_used

),

-- The fitted preprocessing as one row: a list of steps in the model's order. Where all
-- customers are alike there is no step, and a vector of no dimension.
preprocessing as (

    select
        coalesce({{ ordered_list(
            "struct_pack(
                feature_index := list_position(" ~ name_list(columns) ~ ", feature),
                category_value := category_value,
                transform := transform,
                fill_value := fill_value,
                lower_bound := lower_bound,
                upper_bound := upper_bound,
                mean := mean,
                standard_deviation := standard_deviation,
                scale_weight := scale_weight
            )",
            'position'
        ) }}, []) as steps

    from feature_steps

),

raw_vectors as (

    select
        customer_id,
        as_of_date,
        {% if has_texts %}
        {{ columns_as('categorical', columns) }} as raw_texts,
        {% endif %}
        {{ columns_as('numeric', columns) }} as raw_values

    from features

),

-- Transformed where skewed, winsorised, standardised: what distances are measured on.
vectors as (

    select
        raw_vectors.customer_id,
        raw_vectors.as_of_date,
        list_transform(
            preprocessing.steps,
            lambda step: {{ standardised(
                coordinate('raw_vectors', 'step', has_texts),
                'step'
            ) }}
        ) as vector

    from raw_vectors

    cross join preprocessing

)

select * from vectors
