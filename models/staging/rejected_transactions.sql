{{ config(materialized='table') }}

with

judged as (

    select *{{ numbered_rows() }}

    from {{ ref('base_transactions_judged') }}

    {% if not has_rejected_rows(ref('base_source_months')) %}
    -- None were counted.
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
