{{ config(
    severity='error',
    fail_calc='coalesce(max(left_out_percent), 0)',
    warn_if='> ' ~ 100 * var('left_out_share_warning'),
    error_if='> ' ~ 100 * var('left_out_share_maximum'),
) }}
-- Percent of the source, in rows or in money, that could not be used. Not counted: rows
-- left out because somebody asked for it (a date, a rule, an erasure, a status) and
-- orders without a customer (guests). The size of the source makes no difference: a
-- broken export of 900 rows is as wrong as one of nine million.
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
            'no customer id', 'never sold', 'taken back', 'not goods',
            'repeated header', 'older state of the order'
            -- Whoever sets the currency leaves out the others.
            {{ ", 'other currency'" if var('currency') is not none }}
        ]) as reason

),

judged as (

    select
        row_count,
        coalesce(net_amount, 0) as net_amount,
        coalesce(left_out_amount, 0) as left_out_amount,
        reason not in (select asked_for.reason from asked_for) as is_lost

    from source_months

),

sums as (

    select
        sum(row_count) as source_rows,
        coalesce(sum(row_count) filter (where is_lost), 0) as left_out_rows,
        coalesce(sum(left_out_amount) filter (where is_lost), 0) as left_out_amount,
        sum(net_amount)
        + coalesce(sum(left_out_amount) filter (where is_lost), 0) as source_amount

    from judged

)

select
    source_rows,
    left_out_rows,
    left_out_amount,
    cast(
        ceil(
            greatest(
                100.0 * left_out_rows / source_rows,
                coalesce(100.0 * left_out_amount / nullif(source_amount, 0), 0)
            )
        ) as integer
    ) as left_out_percent

from sums

-- One bad line of a few is no broken export: a share of a handful says nothing.
where left_out_rows > {{ var('left_out_rows_tolerated') }}
