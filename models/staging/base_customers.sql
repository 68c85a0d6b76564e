{% set source = described_source('customers') %}
{% set names = source.parts | map(attribute='columns') | map('list') | sum(start=[]) %}

with

source_rows as (

    {% for part in source.parts %}
    select
        {% for name in names | unique %}
        {{ part.columns.get(name, 'null') }} as {{ adapter.quote(name) }}
        {{- "," if not loop.last }}
        {% endfor %}
    from {{ part.relation }}

    {{ "union all" if not loop.last }}

    {% else %}
    select cast(null as varchar) as customer_id
    where false
    {% endfor %}

),

customers as (

    select
        * replace (
            {{ clean_id(clean_text('cast(customer_id as varchar)')) }} as customer_id
        )

    from source_rows

)

-- The columns are the user's own.
select * from customers  -- noqa: AM04
