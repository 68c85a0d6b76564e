-- depends_on: {{ ref('stg_customers') }}
{{ config(materialized=derived_when_read()) }}

-- The coordinates in which distances are measured, in the order of fitted_features. Its
-- numbers are written out when this model is built, so that an engine sees plain
-- arithmetic on columns. Where all customers are alike, there are no dimensions.
-- The linter sees no steps, and minds what is left.
{% set steps = fitted_rows(
    ref('fitted_features'),
    [
        'feature', 'category_value', 'evidence_column', 'prior_feature', 'prior_value',
        'prior_events', 'value_cap', 'log_offset', 'fill_value', 'lower_bound',
        'upper_bound', 'mean', 'standard_deviation', 'scale_weight',
    ],
    'is_used',
    'position'
) %}

-- noqa: disable=LT02
with

features as (

    select * from {{ ref('int_clustered_features') }}

),

-- A feature is pulled to everybody's by what it rests on; a category is 1 or 0.
as_numbers as (

    select
        {% for step in steps %}
        {% if step.category_value is none -%}
        {{ shrunk(step, steps) }} as value_{{ loop.index }}
        {%- else -%}
        case
            when
                {{ adapter.quote(step.feature) }} = {{ sql_text(step.category_value) }}
                then 1.0
            when {{ adapter.quote(step.feature) }} is not null then 0.0
        end as value_{{ loop.index }}
        {%- endif %},
        {% endfor %}
        customer_id,
        as_of_date

    from features

),

-- Unknown is the usual value, and no value is above its cap.
filled as (

    select
        {% for step in steps %}
        {% set filled_value -%}
        coalesce(value_{{ loop.index }}, {{ double_literal(step.fill_value) }})
        {%- endset -%}
        {% if step.value_cap is none -%}
        {{ filled_value }} as value_{{ loop.index }}
        {%- else -%}
        least({{ filled_value }}, {{ double_literal(step.value_cap) }})
            as value_{{ loop.index }}
        {%- endif %},
        {% endfor %}
        customer_id,
        as_of_date

    from as_numbers

),

-- Skewed features become logarithms.
straightened as (

    select
        {% for step in steps %}
        {% if step.log_offset is none -%}
        value_{{ loop.index }}
        {%- else -%}
        ln(
            greatest(
                {{ double_literal(step.log_offset) }} + greatest(value_{{ loop.index }}, 0),
                1e-9
            )
        ) as value_{{ loop.index }}
        {%- endif %},
        {% endfor %}
        customer_id,
        as_of_date

    from filled

),

-- Winsorised, standardised and weighted.
vectors as (

    select
        customer_id,
        as_of_date,
        cast([
            {% for step in steps %}
            {{ double_literal(step.scale_weight) }} * (
                least(
                    greatest(
                        value_{{ loop.index }}, {{ double_literal(step.lower_bound) }}
                    ),
                    {{ double_literal(step.upper_bound) }}
                ) - {{ double_literal(step.mean) }}
            ) / {{ double_literal(step.standard_deviation) }}
            {{- "," if not loop.last }}
            {% endfor %}
        ] as double[]) as vector

    from straightened

)

select * from vectors
