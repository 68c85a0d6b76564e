{{ config(materialized='ephemeral') }}
{% set one_in = sample_one_in(
    ref('base_source_months'), 'sum(row_count)', var('quality_sample_rows')
) %}

with

source_months as (

    select * from {{ ref('base_source_months') }}

),

sampled as (

    select * from {{ ref('base_sampled_lines') }}

),

rejected as (

    select * from {{ ref('rejected_transactions') }}

),

totals as (

    select
        coalesce(sum(row_count), 0) as source_rows,
        coalesce(sum(row_count) filter (where reason is not null), 0) as rejected_rows,
        coalesce(sum(left_out_amount), 0) as left_out_amount

    from source_months

),

duplicates as (

    select
        count(*) as rows_checked,
        count(*) - count(distinct row_hash) as rows_failed

    from sampled

    where is_in_customer_sample

),

-- One row per reason, with an example; rejected_transactions has the rows themselves.
-- Only values that say nothing about a person are quoted.
rejected_by_reason as (

    select
        reason,
        count(*) as rows_failed,
        min(
            case
                when ends_with(reason, 'date') or contains(reason, 'date ')
                    then ordered_at
                when contains(reason, 'amount') then amount
                when contains(reason, 'quantity') then quantity
                when contains(reason, 'unit price') then unit_price
                when contains(reason, 'currency') then currency
            end
        ) as example

    from rejected

    group by reason

),

checks as (

    {% if has_transactions() %}
    select
        'source_rows' as check_name,
        source_rows as rows_checked,
        rejected_rows as rows_failed,
        case
            when rejected_rows = 0 then 'pass'
            when rejected_rows > source_rows * {{ var('rejected_share_warning') }}
                then 'warn'
            else 'info'
        end as verdict,
        'rows of the source that were left out: see rejected_transactions' as detail

    from totals

    union all

    {% endif %}
    select
        'left_out_'
        || regexp_replace(lower(rejected_by_reason.reason), '[^a-z0-9]+', '_', 'g')
            as check_name,
        totals.source_rows as rows_checked,
        rejected_by_reason.rows_failed,
        case
            when
                rejected_by_reason.rows_failed / totals.source_rows
                > {{ var('rejected_share_warning') }}
                then 'warn'
            else 'info'
        end as verdict,
        'left out: ' || rejected_by_reason.reason
        || coalesce(', for example ' || left(rejected_by_reason.example, 40), '')
            as detail

    from rejected_by_reason

    cross join totals

    union all

    select
        'left_out_money' as check_name,
        source_rows as rows_checked,
        rejected_rows as rows_failed,
        'info' as verdict,
        'money in the rows left out, as far as it can be read: '
        || {{ money_written('left_out_amount') }} as detail

    from totals

    union all

    select
        'exact_duplicates' as check_name,
        rows_checked,
        rows_failed,
        case when rows_failed > 0 then 'warn' else 'pass' end as verdict,
        'lines that are the same in every mapped column'
        {% if one_in > 1 %}
        || ', looked for in one customer of {{ one_in }}'
        {% endif %}
        {% if var('drop_exact_duplicates') %}
        || ' that are left (others were dropped)'
        {% else %}
        || '; drop_exact_duplicates: true leaves the copies out'
        {% endif %} as detail

    from duplicates

)

select * from checks
