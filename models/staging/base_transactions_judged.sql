{% set source = transactions_source() %}
{% set rules = exclusion_rules(source) %}
{% set has_amount = has_column(source, 'amount') %}
{% set names = transaction_column_names() %}

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

typed as (

    select
        * replace (
            {{ clean_id('customer_id', source) }} as customer_id,
            {{ clean_id('order_id', source) }} as order_id,
            lower(status) as status,
            upper(currency) as currency,
            {{ as_business_time('ordered_at', source) }} as ordered_at,
            {{ as_number('amount', source) }} as amount,
            {{ as_number('quantity', source) }} as quantity,
            {{ as_number('unit_price', source) }} as unit_price,
            {{ as_number('discount', source) }} as discount
        ),
        ordered_at is null as is_ordered_at_missing,
        amount is null as is_amount_missing,
        quantity is null as is_quantity_missing,
        unit_price is null as is_unit_price_missing,
        discount is null as is_discount_missing

    from texts

),

-- Without a mapped amount, it is quantity times unit price.
priced as (

    select
        * replace ({{ amount_expression(has_amount) }} as amount),
        {{ exchange_rate('currency', source) }} as exchange_rate,
        coalesce(
            {% if has_column(source, 'status') %}
            status in {{ sql_list(var('cancelled_statuses')) }}
            {% else %}
            false
            {% endif %}
            {% if var('cancellation_prefix') is not none %}
            or starts_with(order_id, {{ sql_text(var('cancellation_prefix')) }})
            {% endif %},
            false
        ) as is_cancelled,
        {{ is_copy() }} as is_copy

    from typed

),

judged as (

    select
        *,
        case
            when {{ is_erased('customer_id') }}
                then 'erased customer'
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
            {{ number_reasons('amount', source, is_needed=has_amount) }}
            {{ number_reasons('quantity', source, is_needed=not has_amount) }}
            {{ number_reasons('unit_price', source, is_needed=not has_amount) }}
            when abs(amount) > {{ var('largest_amount') }}
                then 'amount out of range'
            {% if has_column(source, 'currency') %}
            when currency is null
                then 'no currency'
            when exchange_rate is null
                then 'other currency'
            {% endif %}
            {% if var('cancelled_lines') == 'leave_out' %}
            when is_cancelled
                then 'cancelled'
            {% endif %}
            {% for rule in rules %}
            when {{ rule.condition }}
                then {{ sql_text(rule.reason) }}
            {% endfor %}
            when is_copy
                then 'exact duplicate'
        end as reason

    from priced

),

finished as (

    select
        * exclude (amount, discount),
        amount * exchange_rate as exact_amount,
        discount is null and not is_discount_missing as is_discount_unreadable,
        cast(ordered_at as date) as ordered_date,
        try_cast(
            round(
                case
                    when is_cancelled or quantity < 0 then -abs(amount) else amount
                end * exchange_rate,
                2
            ) as decimal(18, 2)
        ) as net_amount,
        try_cast(round(abs(discount) * exchange_rate, 2) as decimal(18, 2))
            as discount_amount,
        is_cancelled or coalesce(quantity < 0, false) or amount < 0 as is_return

    from judged

)

select
    source_row,
    source_file,
    {% for name in names %}
    raw_{{ name }},
    {% endfor %}
    customer_id,
    order_id,
    product_id,
    category,
    channel,
    ordered_at,
    ordered_date,
    net_amount,
    exact_amount,
    discount_amount,
    quantity,
    is_return,
    is_discount_unreadable,
    reason

from finished
