-- depends_on: {{ ref('stg_customers') }}
{% set columns = [] if has_transactions() else clustered_columns() %}

with

features as (

    select * from {{ ref('int_clustered_features') }}

),

assignments as (

    select * from {{ ref('int_segment_assignments') }}

),

vectors as (

    select * from {{ ref('int_customer_vectors') }}

),

dimensions as (

    select * from {{ ref('fitted_features') }}

    where is_used

),

attribute_values as (

    {% for column in columns %}
    select
        customer_id,
        '{{ column.name | replace("'", "''") }}' as attribute,
        {% set number = adapter.quote(column.name) if column.kind == 'numeric' -%}
        cast({{ number or 'null' }} as double) as numeric_value,
        cast({{ 'null' if number else adapter.quote(column.name) }} as varchar)
            as text_value

    from features

    {{ "union all" if not loop.last }}

    {% else %}
    select
        customer_id,
        cast(null as varchar) as attribute,
        cast(null as double) as numeric_value,
        cast(null as varchar) as text_value

    from features

    where false
    {% endfor %}

),

-- A number as it is, a category as 1 or 0: a share stands in for its median.
values_by_dimension as (

    select
        assignments.segment_id,
        dimensions.position,
        case
            when dimensions.category_value is null
                then attribute_values.numeric_value
            when attribute_values.text_value is not null
                then
                    case
                        when attribute_values.text_value = dimensions.category_value
                            then 1.0
                        else 0.0
                    end
        end as dimension_value

    from attribute_values

    inner join assignments
        on attribute_values.customer_id = assignments.customer_id

    inner join dimensions
        on attribute_values.attribute = dimensions.feature

),

segment_values as (

    select
        segment_id,
        position,
        median(dimension_value) as middle,
        sum(dimension_value) / count(dimension_value) as mean_value

    from values_by_dimension

    group by segment_id, position

),

overall_values as (

    select
        position,
        median(dimension_value) as middle,
        sum(dimension_value) / count(dimension_value) as mean_value

    from values_by_dimension

    group by position

),

coordinates as (

    select
        assignments.segment_id,
        unnest(range(1, len(vectors.vector) + 1)) as position,
        cast(unnest(vectors.vector) as decimal(18, 6)) as coordinate

    from assignments

    inner join vectors
        on assignments.customer_id = vectors.customer_id

    where {{ not has_transactions() }}

),

segment_sums as (

    select
        segment_id,
        position,
        sum(coordinate) as total,
        count(*) as customer_count

    from coordinates

    group by segment_id, position

),

overall_sums as (

    select
        position,
        sum(coordinate) as total,
        count(*) as customer_count

    from coordinates

    group by position

),

-- The segment's mean minus the mean of all others, in standard deviations of the
-- dimension, weighted. A segment of everybody differs from nobody.
effects as (

    select
        segment_sums.segment_id,
        segment_sums.position,
        coalesce(
            segment_sums.total / segment_sums.customer_count
            - (overall_sums.total - segment_sums.total)
            / nullif(overall_sums.customer_count - segment_sums.customer_count, 0),
            0
        ) as effect_size

    from segment_sums

    inner join overall_sums
        on segment_sums.position = overall_sums.position

),

profiles as (

    select
        segment_values.segment_id,
        case
            when dimensions.category_value is null then dimensions.feature
            else dimensions.feature || ': ' || dimensions.category_value
        end as feature,
        case
            when dimensions.category_value is null then 'count' else 'share'
        end as unit,
        case
            when dimensions.category_value is null
                then segment_values.middle
            else segment_values.mean_value
        end as segment_median,
        case
            when dimensions.category_value is null
                then overall_values.middle
            else overall_values.mean_value
        end as overall_median,
        effects.effect_size / dimensions.scale_weight as effect_size

    from segment_values

    inner join overall_values
        on segment_values.position = overall_values.position

    inner join dimensions
        on segment_values.position = dimensions.position

    inner join effects
        on
            segment_values.segment_id = effects.segment_id
            and segment_values.position = effects.position

)

select * from profiles
