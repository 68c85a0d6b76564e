with

orders as (

    select * from {{ ref('int_orders') }}

),

transactions as (

    select * from {{ ref('stg_transactions') }}

),

categories as (

    select * from {{ ref('int_categories') }}

),

followed_channel as (

    select channel from {{ ref('int_channels') }}

    where is_followed

),

-- Only paid orders (positive net) count as orders; the rest still counts as money.
order_months as (

    select
        orders.customer_id,
        {{ month_start('orders.ordered_date') }} as month_start,
        count(*) filter (where orders.is_paid) as order_count,
        min(orders.ordered_date) filter (where orders.is_paid) as first_order_date,
        max(orders.ordered_date) filter (where orders.is_paid) as last_order_date,
        {{ day_mask('orders.ordered_date', 'orders.is_paid') }} as order_day_mask,
        sum(orders.net_amount) as net_amount,
        sum(orders.refund_amount) as refund_amount,
        coalesce(sum(orders.gross_amount) filter (where orders.is_paid), 0)
            as order_value,
        coalesce(
            sum(orders.gross_amount * orders.gross_amount)
            filter (where orders.is_paid),
            0
        ) as squared_order_value,
        sum(orders.gross_amount) as gross_amount,
        sum(orders.discount_amount) as discount_amount,
        sum(orders.line_count) as line_count,
        sum(orders.return_line_count) as return_line_count,
        count(*) filter (
            where orders.is_paid and {{ is_weekend('orders.ordered_date') }}
        ) as weekend_order_count,
        count(*) filter (
            where orders.is_paid and orders.channel = followed_channel.channel
        ) as channel_order_count,
        count(orders.channel) filter (where orders.is_paid) as known_channel_order_count

    from orders

    left join followed_channel
        on true

    group by orders.customer_id, month_start

),

category_months as (

    select
        transactions.customer_id,
        {{ month_start('transactions.ordered_date') }} as month_start,
        categories.category_bit,
        count(*) as line_count

    from transactions

    inner join categories
        on transactions.category = categories.category

    where not transactions.is_return

    group by transactions.customer_id, month_start, categories.category_bit

),

-- Pairs of a month's lines, and those of one category: their ratio is Simpson's index,
-- a concentration that adds up over months where an entropy would not.
category_mix as (

    select
        customer_id,
        month_start,
        bit_or(cast(1 as bigint) << category_bit) as category_mask,
        sum(line_count * (line_count - 1)) as same_category_pair_count,
        sum(line_count) * (sum(line_count) - 1) as category_pair_count

    from category_months

    group by customer_id, month_start

),

customer_months as (

    select
        order_months.*,
        {{ squared_gaps('order_months.order_day_mask') }} as squared_gap_days,
        category_mix.category_mask,
        category_mix.same_category_pair_count,
        category_mix.category_pair_count

    from order_months

    left join category_mix
        on
            order_months.customer_id = category_mix.customer_id
            and order_months.month_start = category_mix.month_start

)

select * from customer_months
