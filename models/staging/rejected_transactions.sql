{{ config(materialized='table', post_hook="{{ stop_if_nothing_accepted() }}") }}

-- depends_on: {{ ref('stg_transactions') }}
with

judged as (

    select * from {{ ref('base_transactions_judged') }}

),

rejected as (

    select
        source_row,
        source_file,
        -- Of a person who was erased nothing is kept but that there was a row.
        {% for name in transaction_column_names() %}
        case when reason <> 'erased customer' then raw_{{ name }} end as {{ name }},
        {% endfor %}
        reason

    from judged

    where reason is not null

)

select * from rejected
