-- Orders hold the lines and the money of each month as they were counted in its files.
with

counted as (

    select
        month_start,
        sum(row_count) as line_count,
        sum(net_amount) as net_amount

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

)

select
    counted.month_start as counted_month_start,
    ordered.month_start as ordered_month_start,
    counted.line_count as counted_line_count,
    ordered.line_count as ordered_line_count,
    counted.net_amount as counted_net_amount,
    ordered.net_amount as ordered_net_amount

from counted

full outer join ordered
    on counted.month_start = ordered.month_start

where
    counted.line_count is distinct from ordered.line_count
    or counted.net_amount is distinct from ordered.net_amount
