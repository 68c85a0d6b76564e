with

history as (

    select * from {{ ref('int_segment_history') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

segments as (

    select * from {{ ref('int_segments') }}

),

-- What a month brought, by the segment its customers were in when it ended.
monthly as (

    select
        history.as_of_date,
        history.segment_id,
        count(*) as customer_count,
        coalesce(sum(customer_months.net_amount), 0) as revenue,
        coalesce(sum(customer_months.order_count), 0) as orders

    from history

    left join customer_months
        on
            history.customer_id = customer_months.customer_id
            and {{ month_start('history.as_of_date') }} = customer_months.month_start

    -- A table of customers alone has no months.
    where {{ 'true' if has_transactions() else 'false' }}

    group by history.as_of_date, history.segment_id

)

select
    monthly.as_of_date as month,
    monthly.segment_id,
    segments.segment_name,
    cast(monthly.customer_count as bigint) as customer_count,
    cast(monthly.revenue as decimal(18, 2)) as revenue,
    cast(monthly.orders as bigint) as orders

from monthly

inner join segments
    on monthly.segment_id = segments.segment_id
