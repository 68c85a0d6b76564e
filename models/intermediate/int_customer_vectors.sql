{{ config(materialized='view') }}

with

features as (

    select * from {{ ref('int_customer_features') }}

    where order_count > 0

),

feature_steps as (

    select * from {{ ref('fitted_features') }}

    where is_used

),

-- The fitted preprocessing as one row: a list of steps in the model's order.
preprocessing as (

    select
        {{ ordered_list(
            "struct_pack(
                feature_index := list_position(
                    ['" ~ var('segment_features') | join("', '") ~ "'], feature
                ),
                transform := transform,
                fill_value := fill_value,
                lower_bound := lower_bound,
                upper_bound := upper_bound,
                mean := mean,
                standard_deviation := standard_deviation,
                scale_weight := scale_weight
            )",
            'position'
        ) }} as steps

    from feature_steps

),

raw_vectors as (

    select
        customer_id,
        as_of_date,
        [
            {% for feature in var('segment_features') -%}
            cast({{ feature }} as double){{ "," if not loop.last }}
            {% endfor -%}
        ] as raw_values

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
                'coalesce(raw_vectors.raw_values[step.feature_index], step.fill_value)',
                'step'
            ) }}
        ) as vector

    from raw_vectors

    cross join preprocessing

)

select * from vectors
