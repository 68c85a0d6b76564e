{#-
    The CTEs from orders to customer months, used twice: for whole months
    (int_customer_months) and for the month of the last publication up to its day
    (int_published_months). They read the CTEs orders, category_months, categories and
    followed_channel, and end with customer_months.
-#}
{% macro customer_months_ctes() -%}
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
        -- One order of 20,330,000 overflows the square of a decimal of 18 digits.
        coalesce(
            sum(
                cast(orders.gross_amount as decimal(38, 2))
                * cast(orders.gross_amount as decimal(38, 2))
            ) filter (where orders.is_paid),
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

numbered_category_months as (

    select
        category_months.customer_id,
        category_months.month_start,
        categories.category_bit,
        sum(category_months.sold_line_count) as line_count

    from category_months

    inner join categories
        on category_months.category = categories.category

    where category_months.sold_line_count > 0

    group by
        category_months.customer_id,
        category_months.month_start,
        categories.category_bit

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

    from numbered_category_months

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
{%- endmacro %}
