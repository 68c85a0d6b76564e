{% set source = transactions_source() %}
{% set rules = exclusion_rules() %}
{% set names = transaction_column_names() %}
{% set ids = ['customer_id', 'order_id', 'product_id', 'category', 'channel', 'status'] %}

with

source_rows as (

    select * from {{ ref('base_transactions') }}

),

-- What was written stays beside what it is read as: rejected rows show it.
texts as (

    select
        source_row,
        source_file,
        has_surplus,
        {% for name in names %}
        cast({{ name }} as varchar) as raw_{{ name }},
        {% if source.types[name] == 'VARCHAR' %}
        {{ clean_text(name) }} as {{ name }}
        {%- elif name in ids %}
        cast({{ name }} as varchar) as {{ name }}
        {%- else %}
        {{ name }}
        {%- endif %}{{ "," if not loop.last }}
        {% endfor %}

    from source_rows

),

typed as (

    select
        * replace (
            {{ clean_id('customer_id') }} as customer_id,
            {{ clean_id('order_id') }} as order_id,
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
        unit_price is null as is_unit_price_missing

    from texts

),

-- Where no amount is mapped, it is quantity times unit price.
priced as (

    select
        {% if has_column(source, 'amount') %}
        *,
        {% else %}
        * replace (quantity * unit_price as amount),
        {% endif %}
        {{ exchange_rate('currency', source) }} as exchange_rate,
        coalesce(
            status in {{ sql_list(var('cancelled_statuses')) }}
            {% if var('cancellation_prefix') is not none %}
            or starts_with(order_id, {{ sql_text(var('cancellation_prefix')) }})
            {% endif %},
            false
        ) as is_cancelled

    from typed

),

judged as (

    select
        *,
        case
            when has_surplus
                then 'more values than columns'
            when customer_id is null
                then 'no customer id'
            when length(customer_id) > {{ var('longest_id') }}
                then 'customer id too long'
            when contains(customer_id, chr(0))
                then 'customer id with a NUL byte'
            when {{ is_spreadsheet_number('customer_id') }}
                then 'customer id damaged by a spreadsheet'
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
            {% for name in ['amount', 'quantity', 'unit_price'] %}
            {% if has_column(source, name) %}
            {% if name == 'amount' or not has_column(source, 'amount') %}
            when is_{{ name }}_missing
                then 'no {{ name | replace("_", " ") }}'
            {% endif %}
            when {{ name }} is null and not is_{{ name }}_missing
                then 'unreadable {{ name | replace("_", " ") }}'
            when not isfinite({{ name }}) or abs({{ name }}) > {{ var('largest_amount') }}
                then '{{ name | replace("_", " ") }} out of range'
            {% endif %}
            {% endfor %}
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
        end as reason

    from priced

),

finished as (

    select
        * exclude (amount, discount),
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
        {% if var('drop_exact_duplicates') %},
        row_number() over (
            partition by {{ raw_columns() }} order by source_row
        ) as copy_number
        {% endif %}

    from judged

)

select
    {% if var('drop_exact_duplicates') %}
    * replace (
        case
            when reason is null and copy_number > 1 then 'exact duplicate' else reason
        end as reason
    )
    {% else %}
    *
    {% endif %}

from finished
