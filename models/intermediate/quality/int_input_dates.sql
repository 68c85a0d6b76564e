{{ config(materialized='ephemeral') }}
{% set as_of_date = var('as_of_date') if has_transactions() else none %}

with

source_months as (

    select * from {{ ref('base_source_months') }}

    where reason is null

),

newest_order as (

    select
        coalesce(sum(row_count), 0) as accepted_rows,
        max(last_ordered_date) as ordered_date

    from source_months

),

-- Only where the var says so may a date be long after the newest order.
gap as (

    select
        accepted_rows,
        {% if as_of_date is none -%}
        cast(null as bigint) as days_after
        {%- else -%}
        date_diff('day', ordered_date, cast('{{ as_of_date }}' as date)) as days_after
        {%- endif %}

    from newest_order

),

checks as (

    select
        'as_of_date' as check_name,
        accepted_rows as rows_checked,
        0 as rows_failed,
        case
            when days_after > {{ var('as_of_gap_warning_days') }} then 'warn'
            else 'pass'
        end as verdict,
        'as_of_date is '
        || case days_after
            when 0 then 'the day of'
            when 1 then 'a day after'
            else days_after || ' days after'
        end
        || ' the newest order'
        || case
            when days_after > {{ var('as_of_gap_warning_days') }}
                then ': everybody looks lapsed'
            else ''
        end as detail

    from gap

    where days_after is not null

)

select * from checks
