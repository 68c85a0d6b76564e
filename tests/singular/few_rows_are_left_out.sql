{{ config(
    severity='error',
    fail_calc='coalesce(max(left_out_percent), 0)',
    warn_if='> ' ~ 100 * var('left_out_share_warning'),
    error_if='> ' ~ 100 * var('left_out_share_maximum'),
) }}
-- Percent of the source that could not be used. Not counted: rows left out because
-- somebody asked for it (a date, a rule, an erasure) and orders without a customer
-- (guests). Few rows prove nothing: one bad line of five is no broken export.
with

source_months as (

    select * from {{ ref('base_source_months') }}

),

asked_for as (

    select reason from {{ ref('exclusion_rules') }}

    union

    select
        unnest([
            'after as_of_date', 'cancelled', 'exact duplicate', 'erased customer',
            'no customer id'
            -- Whoever sets the currency leaves out the others.
            {{ ", 'other currency'" if var('currency') is not none }}
        ]) as reason

),

row_counts as (

    select
        (select sum(row_count) from source_months) as source_rows,
        (
            select coalesce(sum(row_count), 0) from source_months

            where reason not in (select asked_for.reason from asked_for)
        ) as left_out_rows

)

select
    source_rows,
    left_out_rows,
    cast(ceil(100.0 * left_out_rows / source_rows) as integer) as left_out_percent

from row_counts

where source_rows >= {{ var('left_out_rows_minimum') }}
