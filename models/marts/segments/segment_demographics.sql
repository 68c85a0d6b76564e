-- depends_on: {{ ref('stg_customers') }}
{% set attributes = customer_attributes() %}

with

customers as (

    select * from {{ ref('customer_segments') }}

),

attributes as (

    {% for attribute in attributes -%}
    select
        customer_id,
        '{{ attribute | replace("'", "''") }}' as attribute,
        cast({{ adapter.quote(attribute) }} as varchar) as attribute_value

    from {{ ref('stg_customers') }}

    {{ "union all" if not loop.last }}

    {% else -%}
    select
        cast(null as varchar) as customer_id,
        cast(null as varchar) as attribute,
        cast(null as varchar) as attribute_value

    where false

    {% endfor %}
),

customer_attributes as (

    select
        customers.segment_id,
        customers.segment_name,
        attributes.attribute,
        attributes.attribute_value,
        try_cast(attributes.attribute_value as double) as numeric_value

    from customers

    inner join attributes
        on customers.customer_id = attributes.customer_id

    where attributes.attribute_value is not null

),

attribute_kinds as (

    select
        attribute,
        count(distinct attribute_value) as value_count,
        count(*) = count(numeric_value) as is_numeric,
        {{ quantile_value('numeric_value', 0.25) }} as lower_quartile,
        {{ quantile_value('numeric_value', 0.5) }} as middle,
        {{ quantile_value('numeric_value', 0.75) }} as upper_quartile

    from customer_attributes

    group by attribute

),

-- Many different numbers become four bands. Many different texts (names, addresses) say
-- nothing about a group and a lot about a person: they are left out.
banded as (

    select
        customer_attributes.segment_id,
        customer_attributes.segment_name,
        customer_attributes.attribute,
        case
            when attribute_kinds.value_count <= {{ var('attribute_values_maximum') }}
                then customer_attributes.attribute_value
            when customer_attributes.numeric_value <= attribute_kinds.lower_quartile
                then 'up to ' || attribute_kinds.lower_quartile
            when customer_attributes.numeric_value <= attribute_kinds.middle
                then attribute_kinds.lower_quartile || ' to ' || attribute_kinds.middle
            when customer_attributes.numeric_value <= attribute_kinds.upper_quartile
                then attribute_kinds.middle || ' to ' || attribute_kinds.upper_quartile
            else 'above ' || attribute_kinds.upper_quartile
        end as attribute_value

    from customer_attributes

    inner join attribute_kinds
        on customer_attributes.attribute = attribute_kinds.attribute

    where
        attribute_kinds.is_numeric
        or attribute_kinds.value_count <= {{ var('attribute_values_maximum') }}

),

counts as (

    select
        segment_id,
        segment_name,
        attribute,
        attribute_value,
        count(*) as customer_count

    from banded

    group by segment_id, segment_name, attribute, attribute_value

),

counts_with_overall as (

    select
        segment_id,
        segment_name,
        attribute,
        attribute_value,
        customer_count,
        sum(customer_count) over (partition by attribute, attribute_value)
        / sum(customer_count) over (partition by attribute) as overall_share,
        sum(customer_count) over (partition by segment_id, attribute)
            as known_count,
        {{ is_small_cell(
            'customer_count', 'segment_id, attribute', 'attribute_value'
        ) }} as is_small

    from counts

),

-- A value that few customers of a segment have says something about persons, not about
-- a group: the smallest become 'other', as many as it takes for 'other' not to be a
-- small cell itself.
merged as (

    select
        segment_id,
        segment_name,
        attribute,
        known_count,
        case when is_small then 'other' else attribute_value end as shown_value,
        sum(customer_count) as customer_count,
        sum(overall_share) as overall_share

    from counts_with_overall

    where known_count >= {{ var('minimum_cell_size') }}

    group by segment_id, segment_name, attribute, known_count, shown_value

)

select
    segment_id,
    segment_name,
    attribute,
    shown_value as attribute_value,
    cast(customer_count as bigint) as customer_count,
    cast(customer_count / known_count as double) as share,
    cast(overall_share as double) as overall_share,
    cast(customer_count / known_count / overall_share as double) as index_value

from merged
