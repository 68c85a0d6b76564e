{{ config(materialized='ephemeral') }}

with

source_months as (

    select * from {{ ref('base_source_months') }}

    where reason is null

),

sampled as (

    select * from {{ ref('base_sampled_lines') }}

),

totals as (

    select
        coalesce(sum(row_count), 0) as accepted_rows,
        coalesce(sum(return_line_count), 0) as return_lines,
        coalesce(sum(returned_amount), 0) as returned_amount,
        coalesce(sum(free_line_count), 0) as free_lines

    from source_months

),

orders as (

    select
        order_id,
        min(customer_id) < max(customer_id) as is_shared

    from sampled

    where is_in_order_sample and order_id is not null

    group by order_id

),

shared_orders as (

    select
        count(*) as rows_checked,
        count(*) filter (where is_shared) as rows_failed

    from orders

),

-- A var lists the statuses that take money back: somebody must see the ones it lacks.
statuses as (

    select
        status,
        sum(row_count) as line_count,
        sum(return_line_count) as return_lines

    from source_months

    where status is not null

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

checks as (

    select
        'shared_order_ids' as check_name,
        rows_checked,
        rows_failed,
        case when rows_failed > 0 then 'warn' else 'pass' end as verdict,
        'order ids shared by several customers: each customer''s part is one order'
            as detail

    from shared_orders

    union all

    select
        'returns' as check_name,
        accepted_rows as rows_checked,
        return_lines as rows_failed,
        'info' as verdict,
        'lines that give money back'
        || case
            when return_lines > 0
                then
                    ', ' || {{ money_written('returned_amount') }}
                    || ' in all: taken off the sales'
            else ''
        end as detail

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
        'lines that cost nothing: an order of such lines alone is not counted'
            as detail

    from totals

)

select * from checks
