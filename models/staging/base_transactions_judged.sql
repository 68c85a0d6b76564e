{% set source = transactions_source() %}
{% set rules = exclusion_rules(source) %}
{% set has_amount = has_column(source, 'amount') %}
{% set has_order_amount = has_column(source, 'order_amount') %}
{% set is_amount_needed = has_amount and not has_order_amount %}
{% set is_price_needed = not has_amount and not has_order_amount %}
{% set names = transaction_column_names() %}
{% set order_wide_names = order_wide(source) %}
{% set of_order = deductions(source, true) %}

with

source_rows as (

    select * from {{ ref('base_transactions') }}

),

-- What was written is kept next to what it is read as: rejected rows show it.
texts as (

    select
        source_row,
        source_file,
        has_surplus,
        {{ as_written(names) }},
        {{ as_clean_text(names, source) }}

    from source_rows

),

{% if order_wide_names -%}
-- What shops write on an order's first line only holds for all of its lines.
filled as (

    select
        * replace (  -- noqa: LT02
            {% for name in order_wide_names %}
            case
                when order_id is null then {{ name }}
                else
                    first_value({{ name }} ignore nulls) over (
                        partition by source_file, order_id
                        order by source_row
                        rows between unbounded preceding and unbounded following
                    )
            end as {{ name }}{{ "," if not loop.last }}
            {% endfor %}
        )

    from texts

),
{%- else -%}
filled as (

    select * from texts

),
{%- endif %}

typed as (

    select
        * replace (
            {{ customer_key('customer_id', source) }} as customer_id,
            {{ clean_id('order_id', source) }} as order_id,
            lower(status) as status,
            upper(currency) as currency,
            {{ as_business_time('ordered_at', source) }} as ordered_at,
            {{ as_number('amount', source) }} as amount,
            {{ as_number('quantity', source) }} as quantity,
            {{ as_number('unit_price', source) }} as unit_price,
            {{ as_number('discount', source) }} as discount,
            {{ as_number('order_amount', source) }} as order_amount,
            {{ as_number('refunded_amount', source) }} as refunded_amount,
            {{ as_number('shipping', source) }} as shipping,
            {{ as_number('tax', source) }} as tax
        ),
        ordered_at is null as is_ordered_at_missing,
        amount is null as is_amount_missing,
        quantity is null as is_quantity_missing,
        unit_price is null as is_unit_price_missing,
        discount is null as is_discount_missing,
        order_amount is null as is_order_amount_missing

    from filled

),

-- Without a mapped amount, it is quantity times unit price.
priced as (

    select
        * replace ({{ amount_expression(source) }} as amount),
        {{ exchange_rate('currency', source) }} as exchange_rate,
        {{ status_meaning(source) }} as status_meaning,
        coalesce(
            {% if var('cancellation_prefix') is not none %}
            starts_with(order_id, {{ sql_text(var('cancellation_prefix')) }}),
            {% endif %}
            false
        ) as is_taking_back,
        {{ is_discount_line(source) }} as is_discount_line,
        {{ is_copy() }} as is_copy,
        {{ is_older_state(source) }} as is_older_state

    from typed

),

{% if source.undoes_lines -%}
-- Whether what a row takes back, or says was never sold, was sold in another row.
undone_orders as (

    select distinct order_id

    from priced

    where status_meaning != 'sold' and order_id is not null

),

sold_lines as (

    select distinct
        priced.order_id,
        unnest([coalesce(priced.product_id, ''), '']) as product_id

    from priced

    inner join undone_orders
        on priced.order_id = undone_orders.order_id

    where coalesce(priced.status_meaning, 'sold') = 'sold'

),

matched as (

    select
        priced.*,
        sold_lines.order_id is not null as is_sold_before

    from priced

    left join sold_lines
        on
            priced.status_meaning != 'sold'
            and priced.order_id = sold_lines.order_id
            and coalesce(priced.product_id, '') = sold_lines.product_id

),
{%- else -%}
matched as (

    select
        *,
        false as is_sold_before

    from priced

),
{%- endif %}

judged as (

    select
        *,
        case
            when {{ is_erased('customer_id') }}
                then 'erased customer'
            when {{ is_header(source) }}
                then 'repeated header'
            {% for rule in rules if rule.reason == 'total row' %}
            when {{ rule.condition }}
                then {{ sql_text(rule.reason) }}
            {% endfor %}
            when has_surplus
                then 'more values than columns'
            when customer_id is null
                then 'no customer id'
            {% if not is_whole_number(source, 'customer_id') %}
            {% for rule in unusable_ids('customer_id') %}
            when {{ rule.condition }}
                then {{ sql_text(rule.reason) }}
            {% endfor %}
            {% endif %}
            {% if var('guest_ids') %}
            when lower(cast(customer_id as varchar)) in {{ sql_list(var('guest_ids')) }}
                then 'guest order'
            {% endif %}
            when is_ordered_at_missing
                then 'no date'
            when ordered_at is null
                then 'unreadable date'
            when ordered_at < cast('{{ var("earliest_date") }}' as date)
                then 'date before earliest_date'
            when ordered_at >= {{ future_date() }}
                then 'date in the future'
            {% if var('as_of_date') is not none %}
            when cast(ordered_at as date) > cast('{{ var("as_of_date") }}' as date)
                then 'after as_of_date'
            {% endif %}
            {{ number_reasons('order_amount', source, is_needed=has_order_amount) }}
            {{ number_reasons('amount', source, is_needed=is_amount_needed) }}
            {{ number_reasons('quantity', source, is_needed=is_price_needed) }}
            {{ number_reasons('unit_price', source, is_needed=is_price_needed) }}
            when abs(amount) > {{ var('largest_amount') }}
                then 'amount out of range'
            {% if has_column(source, 'currency') %}
            when currency is null
                then 'no currency'
            when exchange_rate is null
                then 'other currency'
            {% endif %}
            {% if var('cancelled_lines') == 'leave_out' %}
            when status_meaning = 'taken_back' or is_taking_back
                then 'cancelled'
            {% endif %}
            -- A sale that is not in the data is not taken back either.
            when status_meaning = 'never_sold' and not is_sold_before
                then 'never sold'
            when
                status_meaning = 'taken_back'
                and not is_sold_before
                and coalesce(quantity, 0) >= 0
                and (coalesce(amount, order_amount) >= 0 or is_discount_line)
                then 'taken back'
            {% for rule in rules if rule.reason != 'total row' %}
            when {{ rule.condition }}
                then {{ sql_text(rule.reason) }}
            {% endfor %}
            {% if var('not_goods') %}
            when lower(product_id) in {{ sql_list(var('not_goods')) }}
                then 'not goods'
            {% endif %}
            when is_copy
                then 'exact duplicate'
            when is_older_state
                then 'older state of the order'
        end as reason

    from matched

),

-- Money of the line itself, without what is on it beside goods.
lines as (

    select
        *,
        (
            case
                when
                    (coalesce(status_meaning, 'sold') != 'sold' or is_taking_back)
                    or quantity < 0
                    then -abs(amount)
                else amount
            end
            {% for name in deductions(source, false) %}
            - {{ discount_money() if name == 'discount' else 'coalesce(' ~ name ~ ', 0)' }}
            * case when amount < 0 or quantity < 0 then -1 else 1 end
            {% endfor %}
        )
        * exchange_rate as exact_amount,
        coalesce(status_meaning, 'sold') != 'sold' or is_taking_back as is_cancelled

    from judged

),

{% if has_order_money(source) -%}
-- Each accepted line has a part of its order's money by what it costs, to the cent.
weighted as (

    select
        *,
        coalesce(order_id, 'row ' || source_row) as order_key,
        {% if has_amount or has_column(source, 'unit_price') -%}
        coalesce(abs(exact_amount), 0)
        {%- else -%}
        1
        {%- endif %} + 1e-6 as weight,
        {% if has_order_amount -%}
        case when is_cancelled then -abs(order_amount) else order_amount end
        * exchange_rate
        {%- else -%}
        0
        {%- endif %}
        {% for name in of_order %}
        - coalesce(abs({{ name }}), 0) * exchange_rate
        {% endfor %} as order_part,
        coalesce(abs(refunded_amount), 0) * exchange_rate as order_refund

    from lines

),

shared as (

    select
        *,
        sum(weight) over order_lines as order_weight,
        sum(weight) over lines_so_far as weight_so_far

    from weighted

    window
        order_lines as (partition by order_key, customer_id, reason is null),
        lines_so_far as (
            partition by order_key, customer_id, reason is null
            order by source_row
            rows between unbounded preceding and current row
        )

),

parted as (

    select
        * replace (
            {% if has_order_amount -%}
            {{ part_of('order_part') }}
            {%- else -%}
            round(exact_amount, 2) + {{ part_of('order_part') }}
            {%- endif %} - {{ part_of('order_refund') }} as exact_amount
        ),
        {{ part_of('order_refund') }} as refund_part

    from shared

    window
        order_lines as (
            partition by order_key, customer_id, reason is null order by source_row
        )

),
{%- else -%}
parted as (

    select
        *,
        0 as refund_part

    from lines

),
{%- endif %}

finished as (

    select
        * exclude (amount, discount),
        is_discount_line and exact_amount < 0 as is_discount,
        discount is null and not is_discount_missing as is_discount_unreadable,
        cast(ordered_at as date) as ordered_date,
        try_cast(round(exact_amount, 2) as decimal(18, 2)) as net_amount,
        try_cast(round(refund_part, 2) as decimal(18, 2)) as refunded_part,
        try_cast(
            round(
                case
                    when is_discount_line and exact_amount < 0 then -exact_amount
                    else {{ discount_money() }} * exchange_rate
                end,
                2
            ) as decimal(18, 2)
        ) as discount_amount,
        (
            is_cancelled
            or coalesce(quantity < 0, false)
            or coalesce(amount, order_amount) < 0
        )
        and not (is_discount_line and exact_amount < 0) as is_return

    from parted

)

select
    source_row,
    source_file,
    {% for name in names %}
    raw_{{ name }},
    {% endfor %}
    customer_id,
    order_id,
    case when is_discount is not true then product_id end as product_id,
    case when is_discount is not true then category end as category,
    channel,
    ordered_at,
    ordered_date,
    net_amount,
    exact_amount,
    discount_amount,
    refunded_part as refunded_amount,
    quantity,
    is_return,
    is_discount as is_discount_line,
    is_discount_unreadable,
    reason

from finished
