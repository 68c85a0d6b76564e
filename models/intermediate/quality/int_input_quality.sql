{% set source = transactions_source() %}
{% set notes = input_notes(source) %}
{% set one_in = sample_one_in(ref('base_source_months'), var('quality_sample_rows')) %}
{% set is_late = 'days_after > ' ~ var('as_of_gap_warning_days') %}

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

customers as (

    select * from {{ ref('stg_customers') }}

),

customer_table as (

    select count(*) as row_count from {{ ref('base_customers') }}

),

customer_rows as (

    select
        max(customer_table.row_count) as rows_checked,
        max(customer_table.row_count) - count(customers.customer_id) as rows_failed,
        'rows of the customer table; left out are those without a usable id and all '
        || 'but the first of a customer' as detail

    from customer_table

    left join customers
        on true

),

totals as (

    select
        coalesce(sum(row_count), 0) as source_rows,
        coalesce(sum(row_count) filter (where reason is null), 0) as accepted_rows,
        coalesce(sum(return_line_count) filter (where reason is null), 0)
            as return_lines,
        sum(returned_amount) as returned_amount,
        coalesce(sum(free_line_count) filter (where reason is null), 0) as free_lines,
        coalesce(sum(unreadable_discount_count), 0) as unreadable_discounts,
        coalesce(sum(float_id_count), 0) as float_ids,
        sum(rounding_difference) as rounding_difference,
        sum(left_out_amount) as left_out_amount

    from source_months

),

{% if has_transactions() and var('as_of_date') is not none %}
newest_order as (

    select
        sum(row_count) as accepted_rows,
        date_diff(
            'day', max(last_ordered_date), cast('{{ var("as_of_date") }}' as date)
        ) as days_after

    from source_months

    where reason is null

),

{% endif %}
duplicates as (

    select
        count(*) as rows_checked,
        count(*) - count(distinct row_hash) as rows_failed

    from sampled

    where is_in_customer_sample

),

orders as (

    select
        order_id,
        min(customer_id) < max(customer_id) as is_shared

    from sampled

    where is_in_order_sample and order_id is not null

    group by order_id

),

-- A var lists the statuses that take money back: somebody must see the ones it lacks.
statuses as (

    select
        status,
        sum(row_count) as line_count,
        sum(return_line_count) as return_lines

    from source_months

    where reason is null and status is not null

    group by status

),

status_words as (

    select
        sum(line_count) as rows_checked,
        sum(return_lines) as rows_failed,
        string_agg(
            case when return_lines < line_count then status end,
            ', ' order by line_count desc, status asc
        ) as sold_words

    from statuses

),

shared_orders as (

    select
        count(*) as rows_checked,
        count(*) filter (where is_shared) as rows_failed

    from orders

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
        source_rows - accepted_rows as rows_failed,
        case
            when source_rows = accepted_rows then 'pass'
            when
                source_rows - accepted_rows
                > source_rows * {{ var('rejected_share_warning') }}
                then 'warn'
            else 'info'
        end as verdict,
        'rows in the source, and rows left out: see rejected_transactions' as detail

    from totals
    {% else %}
    select
        'source_rows' as check_name,
        rows_checked,
        rows_failed,
        case when rows_failed = 0 then 'pass' else 'warn' end as verdict,
        detail

    from customer_rows
    {% endif %}

    union all

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
        source_rows - accepted_rows as rows_failed,
        'info' as verdict,
        'money in rows left out, as far as it can be read: '
        || coalesce(left_out_amount, 0) as detail

    from totals

    union all

    select
        'exact_duplicates' as check_name,
        rows_checked,
        rows_failed,
        case when rows_failed > 0 then 'warn' else 'pass' end as verdict,
        'lines alike in every mapped column'
        {% if one_in > 1 %}
        || ', in a sample of one customer in {{ one_in }}'
        {% endif %}
        {% if var('drop_exact_duplicates') %}
        || ' that are left (others were dropped)'
        {% else %}
        || '; drop_exact_duplicates: true leaves the copies out'
        {% endif %} as detail

    from duplicates

    union all

    select
        'shared_order_ids' as check_name,
        rows_checked,
        rows_failed,
        case when rows_failed > 0 then 'warn' else 'pass' end as verdict,
        'order ids under two customers: each customer''s part is one order' as detail

    from shared_orders

    union all

    select
        'returns' as check_name,
        accepted_rows as rows_checked,
        return_lines as rows_failed,
        'info' as verdict,
        'lines that take money back, ' || coalesce(returned_amount, 0)
        || ' in all: netted against sales' as detail

    from totals

    union all

    select
        'statuses' as check_name,
        rows_checked,
        rows_failed,
        'info' as verdict,
        'statuses that count as sales: ' || coalesce(left(sold_words, 200), 'none')
        || '; what others mean is in seeds/order_statuses.csv and status_meanings'
            as detail

    from status_words

    where rows_checked is not null

    union all

    select
        'free_lines' as check_name,
        accepted_rows as rows_checked,
        free_lines as rows_failed,
        'info' as verdict,
        'lines of no money: an order of these alone is not counted as an order'
            as detail

    from totals

    union all

    select
        'rounding' as check_name,
        accepted_rows as rows_checked,
        0 as rows_failed,
        case
            when abs(rounding_difference) > accepted_rows * 0.005 then 'warn'
            else 'pass'
        end as verdict,
        'money lost or gained by rounding each line to the cent: '
        || coalesce(cast(rounding_difference as decimal(18, 2)), 0) as detail

    from totals

    union all

    select
        'ids_written_as_floats' as check_name,
        source_rows as rows_checked,
        float_ids as rows_failed,
        'info' as verdict,
        'customer ids such as 17850.0, read as 17850' as detail

    from totals

    where float_ids > 0

    union all

    select
        'unreadable_discounts' as check_name,
        source_rows as rows_checked,
        unreadable_discounts as rows_failed,
        'warn' as verdict,
        'discounts that are no number, taken as unknown' as detail

    from totals

    where unreadable_discounts > 0

    union all

    select
        'customers_with_attributes' as check_name,
        rows_checked,
        rows_failed,
        'info' as verdict,
        detail

    from customer_rows

    {% if has_transactions() and var('as_of_date') is not none %}
    union all

    select
        'as_of_date' as check_name,
        accepted_rows as rows_checked,
        0 as rows_failed,
        case when {{ is_late }} then 'warn' else 'pass' end as verdict,
        'as_of_date is ' || days_after || ' days after the newest order'
        || case when {{ is_late }} then ': everybody looks lapsed' else '' end
            as detail

    from newest_order
    {% endif %}

    {% for note in notes %}
    union all

    select
        {{ sql_text(note.check_name) }} as check_name,
        source_rows as rows_checked,
        0 as rows_failed,
        {{ sql_text(note.verdict) }} as verdict,
        {{ sql_text(note.detail) }} as detail

    from totals
    {% endfor %}

)

select
    cast(check_name as varchar) as check_name,
    cast(rows_checked as bigint) as rows_checked,
    cast(rows_failed as bigint) as rows_failed,
    cast(verdict as varchar) as verdict,
    cast(detail as varchar) as detail

from checks
{% if not has_transactions() %}

-- Checks of orders say nothing about a table without orders.
where rows_checked <> 0
{% endif %}
