with

activity as (

    select * from {{ ref('int_monthly_activity') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

    where is_newest

),

-- Of the last twelve months, or of what there is.
customers as (

    select
        activity.customer_id,
        sum(activity.net_amount) as revenue

    from activity

    inner join as_of_dates
        on
            activity.month_start
            > {{ months_before('as_of_dates.newest_window_month', 12) }}

    group by activity.customer_id

    having sum(activity.net_amount) > 0

),

-- Of customers who spent the same, whoever comes first: sums do not depend on it.
ranked as (

    select
        revenue,
        row_number() over (order by revenue desc) as place,
        count(*) over () as customer_count,
        sum(revenue) over () as total_revenue

    from customers

),

shares as (

    select unnest([0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
        as top_share

),

tops as (

    select
        shares.top_share,
        count(*) as customer_count,
        sum(ranked.revenue) as revenue,
        max(ranked.total_revenue) as total_revenue

    from shares

    inner join ranked
        on ranked.place <= ceil(shares.top_share * ranked.customer_count)

    group by shares.top_share

)

select
    cast(top_share as double) as top_share,
    cast(customer_count as bigint) as customer_count,
    cast(
        case when customer_count >= {{ var('minimum_cell_size') }} then revenue end
        as decimal(18, 2)
    ) as revenue,
    case
        when customer_count >= {{ var('minimum_cell_size') }}
            then cast(revenue as double) / cast(total_revenue as double)
    end as revenue_share,
    customer_count < {{ var('minimum_cell_size') }} as is_withheld

from tops
