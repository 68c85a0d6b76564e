{{ config(materialized='table') }}
-- Where no row was counted as left out, none is looked for.
{% set source_months = ref('base_source_months') %}
{% set has_rejected_rows = not execute or load_relation(source_months) is none
    or run_query(
        'select count(*) from ' ~ source_months ~ ' where reason is not null'
    ).columns[0][0] > 0 %}

with

judged as (

    select
        * replace (
            -- Numbered already where base_transactions had to.
            coalesce(source_row, {{ row_position() }}) as source_row
        )

    from {{ ref('base_transactions_judged') }}

    {% if not has_rejected_rows %}
    where false
    {% endif %}

),

rejected as (

    select
        source_row,
        source_file,
        -- Of an erased person, nothing is kept but that there was a row.
        {% for name in transaction_column_names() %}
        case when reason <> 'erased customer' then raw_{{ name }} end as {{ name }},
        {% endfor %}
        reason

    from judged

    where reason is not null

)

select * from rejected
