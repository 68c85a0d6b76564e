-- depends_on: {{ ref('erased_customers') }}
-- depends_on: {{ ref('exclusion_rules') }}
{{ config(
    materialized='in_parts',
    part_column='source_file',
    parts="{{ file_parts() }}",
    post_hook="{{ stop_if_nothing_accepted() }}"
) }}

with

judged as (

    select
        *,
        case when reason is null then {{ month_start('ordered_date') }} end
            as month_start,
        case when reason is null then lower(trim(raw_status)) end as status

    from {{ ref('base_transactions_judged') }}

    where {{ is_in_part_files() }}

),

-- Everything that is asked of all rows is asked once. The hash is of what orders and
-- categories are made of, so that a late row, a correction or a row taken back is seen
-- without a copy of the transactions.
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
                                'customer_id, ' ~ order_id_or_day() ~ ', ordered_date, '
                                ~ 'category, channel, net_amount, discount_amount, '
                                ~ 'is_return, is_discount_line, refunded_amount'
                            ) }} as decimal(20, 0)
                        )
            end
        ) as content_hash

    from judged

    group by source_file, month_start, reason, status

)

select * from counted
