{{ config(materialized='ephemeral') }}
{% set source = described_source('contacts') %}
{% set date_text = namespace(sql=clean_text('contacted_at')) %}
{% for pattern, text in source.date_replacements %}
{% set date_text.sql = 'regexp_replace(' ~ date_text.sql ~ ', ' ~ sql_text(pattern)
    ~ ', ' ~ sql_text(text) ~ ", 'g')" %}
{% endfor %}

with

-- noqa: disable=LT02
source_rows as (

    {% for part in source.parts %}
    select
        {% for name in ['campaign_id', 'customer_id', 'redemption_count'] -%}
        {% if name in part.columns -%}
        cast({{ part.columns[name] }} as varchar) as {{ name }},
        {% else -%}
        cast(null as varchar) as {{ name }},
        {% endif -%}
        {% endfor -%}
        {{ part.columns.get('contacted_at', 'cast(null as timestamp)') }}
            as contacted_at
    from {{ part.relation }}

    {{ "union all" if not loop.last }}

    {% else %}
    select
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as customer_id,
        cast(null as varchar) as redemption_count,
        cast(null as timestamp) as contacted_at
    where false
    {% endfor %}

),

cleaned as (

    select
        {{ row_position() }} as source_row,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_id(clean_text('customer_id')) }} as customer_id,
        try_cast({{ clean_text('redemption_count') }} as bigint) as redemption_count,
        cast(contacted_at as varchar) as raw_contacted_at,
        {% if source.types.get('contacted_at') == 'VARCHAR' -%}
        {{ date_text.sql }} as contacted_at
        {%- else -%}
        contacted_at
        {%- endif %}

    from source_rows

)

select
    source_row,
    campaign_id,
    customer_id,
    redemption_count,
    raw_contacted_at,
    {% if 'contacted_at' in source.types -%}
    {{ as_business_time('contacted_at', source) }} as contacted_at
    {%- else -%}
    contacted_at
    {%- endif %}

from cleaned
