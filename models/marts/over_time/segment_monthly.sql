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
            and cast(date_trunc('month', history.as_of_date) as date)
            = customer_months.month_start

    -- A table of customers alone has no months.
    where {{ 'true' if has_transactions() else 'false' }}

    group by history.as_of_date, history.segment_id

),

-- The money of a few customers is theirs, not a group's. All months are the total.
judged as (

    select
        *,
        {{ is_small_cell(
            'customer_count', none, 'as_of_date, segment_id'
        ) }} as is_withheld

    from monthly

)

select
    judged.as_of_date as month,
    judged.segment_id,
    segments.segment_name,
    cast(judged.customer_count as bigint) as customer_count,
    cast(case when not judged.is_withheld then judged.revenue end as decimal(18, 2))
        as revenue,
    cast(case when not judged.is_withheld then judged.orders end as bigint) as orders,
    judged.is_withheld

from judged

inner join segments
    on judged.segment_id = segments.segment_id
