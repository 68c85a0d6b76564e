-- Whether movement is news: of customers who did in one quarter what they had done half a
-- year before, few should have moved; of those who did twice or half as much, many.
with

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

history as (

    select * from {{ ref('int_segment_history') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

month_ends as (

    select as_of_date

    from as_of_dates

    where as_of_date = last_day(as_of_date)

),

compared_dates as (

    select
        earlier.as_of_date as from_date,
        later.as_of_date as to_date,
        {{ months_before('earlier.as_of_date', 2) }} as from_quarter,
        {{ months_before('later.as_of_date', 2) }} as to_quarter

    from month_ends as later

    inner join month_ends as earlier
        on
            {{ months_before('later.as_of_date', 6) }}
            = cast(date_trunc('month', earlier.as_of_date) as date)

    order by later.as_of_date desc

    limit 1

),

-- Spend and order days of the two quarters, each up to a date.
quarters as (

    select
        customer_months.customer_id,
        compared_dates.from_date,
        compared_dates.to_date,
        min(customer_months.first_order_date) as first_order_date,
        coalesce(
            sum(customer_months.net_amount) filter (
                where customer_months.month_start
                between compared_dates.from_quarter and compared_dates.from_date
            ),
            0
        ) as from_spend,
        coalesce(
            sum(customer_months.net_amount) filter (
                where customer_months.month_start
                between compared_dates.to_quarter and compared_dates.to_date
            ),
            0
        ) as to_spend,
        coalesce(
            sum(bit_count(customer_months.order_day_mask)) filter (
                where customer_months.month_start
                between compared_dates.from_quarter and compared_dates.from_date
            ),
            0
        ) as from_days,
        coalesce(
            sum(bit_count(customer_months.order_day_mask)) filter (
                where customer_months.month_start
                between compared_dates.to_quarter and compared_dates.to_date
            ),
            0
        ) as to_days

    from customer_months

    cross join compared_dates

    group by
        customer_months.customer_id, compared_dates.from_date, compared_dates.to_date

),

-- Known for a quarter before the first date, and active in the quarter up to it.
established as (

    select
        *,
        abs(to_spend - from_spend) <= {{ var('steady_tolerance') }} * from_spend
        and abs(to_days - from_days) <= {{ var('steady_tolerance') }} * from_days
            as is_steady,
        (to_spend <= 0.5 * from_spend and to_days <= 0.5 * from_days)
        or (to_spend >= 2 * from_spend and to_days >= 2 * from_days) as is_changed

    from quarters

    where
        from_spend > 0
        and from_days > 0
        and date_diff('day', first_order_date, from_date) >= 90

),

movement_quality as (

    select
        established.from_date,
        established.to_date,
        count(*) as customer_count,
        count(*) filter (where established.is_steady) as steady_count,
        count(*) filter (
            where established.is_steady and earlier.segment_id <> later.segment_id
        ) as steady_moved_count,
        count(*) filter (where established.is_changed) as changed_count,
        count(*) filter (
            where established.is_changed and earlier.segment_id <> later.segment_id
        ) as changed_moved_count

    from established

    inner join history as earlier
        on
            established.customer_id = earlier.customer_id
            and established.from_date = earlier.as_of_date

    inner join history as later
        on
            established.customer_id = later.customer_id
            and established.to_date = later.as_of_date

    group by established.from_date, established.to_date

)

select
    from_date,
    to_date,
    cast(customer_count as bigint) as customer_count,
    cast(steady_count as bigint) as steady_count,
    cast(steady_moved_count as bigint) as steady_moved_count,
    cast(steady_moved_count / nullif(steady_count, 0) as double) as steady_moved_share,
    cast(changed_count as bigint) as changed_count,
    cast(changed_moved_count as bigint) as changed_moved_count,
    cast(changed_moved_count / nullif(changed_count, 0) as double)
        as changed_moved_share

from movement_quality
