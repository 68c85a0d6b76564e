with

cut_offs as (

    select * from {{ ref('int_expectation_cut_offs') }}

),

statistics as (

    select * from {{ ref('int_order_statistics') }}

),

counts as (

    select
        cut_off_date,
        count(*) as customer_count,
        count(*) filter (where repeat_days > 0 and net_amount > 0) as repeater_count

    from statistics

    where is_sampled

    group by cut_off_date

),

refusals as (

    select
        cut_offs.cut_off_date,
        cut_offs.days_before,
        cut_offs.is_newest,
        cut_offs.history_days,
        coalesce(counts.customer_count, 0) as customer_count,
        coalesce(counts.repeater_count, 0) as repeater_count,
        case
            when
                coalesce(counts.customer_count, 0)
                < {{ var('prediction_customers_minimum') }}
                then
                    'fewer than {{ var("prediction_customers_minimum") }} customers '
                    || 'have ordered'
            when
                coalesce(counts.repeater_count, 0)
                < case
                    when cut_offs.is_newest
                        then {{ var('prediction_repeaters_minimum') }}
                    else {{ var('prediction_backtest_repeaters_minimum') }}
                end
                then
                    'fewer than {{ var("prediction_repeaters_minimum") }} customers '
                    || 'have ordered on two days'
            when
                cut_offs.is_newest
                and cut_offs.history_days
                < {{ var('prediction_history_days_minimum') }}
                then
                    'fewer than {{ var("prediction_history_days_minimum") }} days '
                    || 'of orders'
        end as refused_reason

    from cut_offs

    left join counts
        on cut_offs.cut_off_date = counts.cut_off_date

)

select * from refusals
