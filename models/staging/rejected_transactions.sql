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
        {% for name in transaction_column_names() %}
        raw_{{ name }} as {{ name }},
        {% endfor %}
        reason

    from judged

    where reason is not null

)

select * from rejected
