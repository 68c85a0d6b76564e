-- Orders and categories hold the lines, and orders the money, of each month as they were
-- counted in its files.
with

counted as (

    select
        month_start,
        sum(row_count) - coalesce(sum(discount_line_count), 0) as line_count,
        sum(net_amount) as net_amount,
        nullif(sum(category_line_count), 0) as category_line_count

    from {{ ref('base_source_months') }}

    where reason is null

    group by month_start

),

ordered as (

    select
        month_start,
        sum(line_count) as line_count,
        sum(net_amount) as net_amount

    from {{ ref('int_month_orders') }}

    group by month_start

),

categories as (

    select
        month_start,
        sum(line_count) as line_count

    from {{ ref('int_category_months') }}

    group by month_start

)

select
    coalesce(counted.month_start, ordered.month_start, categories.month_start)
        as month_start,
    counted.line_count as counted_line_count,
    ordered.line_count as ordered_line_count,
    counted.net_amount as counted_net_amount,
    ordered.net_amount as ordered_net_amount,
    counted.category_line_count as counted_category_line_count,
    categories.line_count as category_line_count

from counted

full outer join ordered
    on counted.month_start = ordered.month_start

full outer join categories
    on counted.month_start = categories.month_start

where
    counted.line_count is distinct from ordered.line_count
    or counted.net_amount is distinct from ordered.net_amount
    or counted.category_line_count is distinct from categories.line_count
