{{ config(
    materialized='incremental',
    pre_hook="{{ delete_changed(ref('base_source_files'), 'source_file') }}",
    post_hook="{{ stop_if_nothing_accepted() }}"
) }}

with

-- A file that has not changed is not read again.
files as (

    select
        files.source_file,
        files.fingerprint

    from {{ ref('base_source_files') }} as files

    where {{ is_missing('files', 'source_file') }}

),

judged as (

    select
        *,
        case
            when reason is null
                then cast(date_trunc('month', ordered_date) as date)
        end as month_start,
        case when reason is null then lower(trim(raw_status)) end as status

    from {{ ref('base_transactions_judged') }}

    where {{ is_in_files(
        'select files.source_file from ' ~ ref('base_source_files') ~ ' as files where '
        ~ is_missing('files', 'source_file')
    ) }}

),

-- Everything that takes all rows is counted here, once. The hash covers what orders and
-- categories are made from: a late row, a correction or a row taken back is noticed
-- without keeping a copy of the transactions.
counted as (

    select
        source_file,
        month_start,
        reason,
        status,
        count(*) as row_count,
        count(*) filter (where is_return) as return_line_count,
        count(*) filter (where net_amount > 0) as paid_line_count,
        count(*) filter (where net_amount = 0) as free_line_count,
        count(*) filter (where is_discount_unreadable) as unreadable_discount_count,
        count(*) filter (where ends_with(raw_customer_id, '.0')) as float_id_count,
        count(category) as category_line_count,
        count(*) filter (where is_discount_line) as discount_line_count,
        sum(net_amount) filter (where reason is null) as net_amount,
        sum(abs(net_amount)) filter (where reason is not null) as left_out_amount,
        sum(-net_amount) filter (where reason is null and is_return)
            as returned_amount,
        sum(
            case
                when reason is null
                    then cast(abs(exact_amount) - abs(net_amount) as decimal(18, 9))
            end
        ) as rounding_difference,
        max(case when reason is null then ordered_date end) as last_ordered_date,
        sum(
            case
                when reason is null
                    then
                        cast(
                            {{ row_hash(
                                'customer_id, order_id, ordered_date, '
                                ~ 'product_id, category, channel, net_amount, '
                                ~ 'discount_amount, is_return, is_discount_line, '
                                ~ 'refunded_amount'
                            ) }} as decimal(20, 0)
                        )
            end
        ) as content_hash

    from judged

    group by source_file, month_start, reason, status

),

-- What lies in the future today will not tomorrow: such a file is read again.
future_files as (

    select source_file

    from counted

    where reason = 'date in the future'

    group by source_file

)

select
    counted.*,
    case when future_files.source_file is null then files.fingerprint end as fingerprint

from counted

left join files
    on counted.source_file = files.source_file

left join future_files
    on counted.source_file = future_files.source_file
