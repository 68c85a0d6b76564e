{% set source = described_source('transactions') %}
{% set rules = exclusion_rules(source) %}
{% set names = transaction_column_names() %}
{% set has_amount = 'amount' in source.types %}
{% set has_order_amount = 'order_amount' in source.types %}
{% set is_amount_needed = has_amount and not has_order_amount %}
{% set is_price_needed = not has_amount and not has_order_amount %}
-- Dates of other languages and programs, made plain.
{% set date_text = namespace(sql=clean_text('ordered_at')) %}
{% for pattern, text in source.date_replacements %}
{% set date_text.sql = 'regexp_replace(' ~ date_text.sql ~ ', ' ~ sql_text(pattern)
    ~ ', ' ~ sql_text(text) ~ ", 'g')" %}
{% endfor %}
-- The only use of the clock: no order can be later than the day after tomorrow, from when
-- the build began, so no real row is ever judged by it.
{% set two_days = modules.datetime.timedelta(days=2) if execute %}
{% set first_future_date = (run_started_at + two_days).date() if execute else '' %}

with

source_rows as (

    select * from {{ ref('base_transactions') }}

),

-- What was written is kept next to what it is read as: rejected rows show it.
texts as (

    -- noqa: disable=LT02
    select
        source_row,
        source_file,
        has_surplus,
        {% for name in names %}
        cast({{ name }} as varchar) as raw_{{ name }},
        {% endfor %}
        -- Texts are trimmed; numbers and times stay as they are, but for what must be text.
        {% for name in names %}
        {% if source.types[name] == 'VARCHAR' -%}
        {{ date_text.sql if name == 'ordered_at' else clean_text(name) }} as {{ name }}
        {%- elif name in [
            'customer_id', 'order_id', 'product_id', 'category', 'channel', 'currency',
            'status',
        ] -%}
        cast({{ name }} as varchar) as {{ name }}
        {%- else -%}
        {{ name }}
        {%- endif -%}
        {{ "," if not loop.last }}
        {% endfor %}

    -- noqa: enable=LT02
    from source_rows

),

{% if source.order_wide -%}
-- What shops write on an order's first line only holds for all of its lines.
filled as (

    select
        * replace (  -- noqa: LT02
            {% for name in source.order_wide %}
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
            -- E-mail addresses are one whatever their case.
            {% if source.has_mails -%}
            lower({{ clean_id('customer_id', source) }}) as customer_id,
            {%- else -%}
            {{ clean_id('customer_id', source) }} as customer_id,
            {%- endif %}
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

-- Without a mapped amount, it is quantity times unit price; an order's total is no
-- line's.
priced as (

    select
        * replace (
            {% if has_amount -%}
            amount as amount
            {%- elif 'quantity' in source.types and 'unit_price' in source.types -%}
            quantity * unit_price as amount
            {%- else -%}
            cast(null as double) as amount
            {%- endif %}
        ),
        -- What one unit of a row's currency is worth in ours; null: it is not known.
        {% if 'currency' in source.types -%}
        case currency
            when {{ sql_text(source.currency | upper) }} then 1
            {% for code, rate in var('exchange_rates').items() %}
            when {{ sql_text(code | upper) }} then {{ rate }}
            {% endfor %}
        end as exchange_rate,
        {%- else -%}
        1 as exchange_rate,
        {%- endif %}
        -- Null for sold and where no status is mapped.
        {% if 'status' in source.types and source.statuses -%}
        case
            {% for meaning in ['never_sold', 'taken_back'] %}
            {% set words = source.statuses.items() | selectattr(1, 'equalto', meaning) %}
            when status in {{ sql_list(words | map(attribute=0) | list) }}
                then '{{ meaning }}'
            {% endfor %}
        end as status_meaning,
        {%- else -%}
        cast(null as varchar) as status_meaning,
        {%- endif %}
        {% if var('cancellation_prefix') is not none -%}
        coalesce(
            starts_with(order_id, {{ sql_text(var('cancellation_prefix')) }}), false
        ) as is_taking_back,
        {%- else -%}
        false as is_taking_back,
        {%- endif %}
        -- Whether the line is a discount on others of its order, or takes one back.
        {% if var('discount_products') -%}
        lower(coalesce(product_id, '')) in {{ sql_list(var('discount_products')) }}
            as is_discount_line,
        {%- else -%}
        false as is_discount_line,
        {%- endif %}
        {% if var('drop_exact_duplicates') -%}
        row_number() over (
            partition by
                raw_{{ names | join(', raw_') }}
            order by source_row
        ) > 1 as is_copy,
        {%- else -%}
        false as is_copy,
        {%- endif %}
        -- Whether a later export holds the order again: the later state counts.
        {% if source.files -%}
        case
            when order_id is null then false
            else
                source_file <> last_value(source_file) over (
                    partition by order_id
                    order by
                        {% if 'updated_at' in source.types %}
                        cast(updated_at as varchar),
                        {% endif %}
                        array_position(
                            [
                                {% for file in source.files %}
                                {{ sql_text(file) }}{{ "," if not loop.last }}
                                {% endfor %}
                            ],
                            source_file
                        )
                    rows between unbounded preceding and unbounded following
                )
        end as is_older_state
        {%- else -%}
        false as is_older_state
        {%- endif %}

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
        -- A discount as money off the line, whatever it is written as.
        {% if var('discount_kind') == 'money' -%}
        abs(discount) as discount_money,
        {%- else -%}
        abs(amount) * abs(discount)
        / {{ 100 if var('discount_kind') == 'percent' else 1 }} as discount_money,
        {%- endif %}
        case
            when {{ is_erased('customer_id') }}
                then 'erased customer'
            -- Files that were joined end to end have the header again.
            {% if source.header and source.header.ordered_at %}
            when raw_ordered_at = {{ sql_text(source.header.ordered_at) }}
                then 'repeated header'
            {% endif %}
            {% for rule in rules if rule.reason == 'total row' %}
            when {{ rule.condition }}
                then {{ sql_text(rule.reason) }}
            {% endfor %}
            when has_surplus
                then 'more values than columns'
            when customer_id is null
                then 'no customer id'
            {% if not is_whole_number(source, 'customer_id') %}
            when {{ unusable_id_reason('customer_id') }} is not null
                then {{ unusable_id_reason('customer_id') }}
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
            -- noqa: disable=LT05
            when ordered_at >= cast('{{ first_future_date }}' as date)
                -- noqa: enable=LT05
                then 'date in the future'
            {% if var('as_of_date') is not none %}
            when cast(ordered_at as date) > cast('{{ var("as_of_date") }}' as date)
                then 'after as_of_date'
            {% endif %}
            {% for name, is_needed in [
                ('order_amount', has_order_amount), ('amount', is_amount_needed),
                ('quantity', is_price_needed), ('unit_price', is_price_needed),
            ] if name in source.types %}
            {% set words = name | replace('_', ' ') %}
            {% if is_needed %}
            when is_{{ name }}_missing
                then 'no {{ words }}'
            {% endif %}
            when {{ name }} is null and not is_{{ name }}_missing
                then 'unreadable {{ words }}'
            when not {{ is_finite(name) }} or abs({{ name }}) > {{ var('largest_amount') }}
                then '{{ words }} out of range'
            {% endfor %}
            when abs(amount) > {{ var('largest_amount') }}
                then 'amount out of range'
            {% if 'currency' in source.types %}
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
                and coalesce(amount, order_amount)
                * case when is_discount_line then -1 else 1 end >= 0
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
        end as reason,
        coalesce(status_meaning, 'sold') != 'sold' or is_taking_back as is_cancelled,
        -- Written as in the sale, though the document or its status takes it back.
        coalesce(status_meaning, 'sold') != 'sold'
        or (is_taking_back and coalesce(quantity >= 0, false)) as is_turned_round

    from matched

),

-- Money of the line itself, without what is on it beside goods. What is a return by its
-- status or quantity (is_return, below) takes money back whatever its sign; a discount
-- that is taken back with it gives money.
lines as (

    select
        *,
        (
            case
                when is_discount_line and is_turned_round then abs(amount)
                when is_discount_line then amount
                when is_cancelled or quantity < 0 then -abs(amount)
                else amount
            end
            {% for name in source.line_deductions %}
            - {{ 'discount_money' if name == 'discount' else 'coalesce(' ~ name ~ ', 0)' }}
            * case when amount < 0 or quantity < 0 then -1 else 1 end
            {% endfor %}
        )
        * exchange_rate as exact_amount

    from judged

),

{% if source.has_order_money -%}
-- Each accepted line has a part of its order's money by what it costs, to the cent.
weighted as (

    select
        *,
        coalesce(order_id, 'row ' || source_row) as order_key,
        {% if has_amount or 'unit_price' in source.types -%}
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
        {% for name in source.order_deductions %}
        - coalesce(abs({{ name }}), 0) * exchange_rate
        {% endfor %} as order_part,
        coalesce(abs(refunded_amount), 0) * exchange_rate as order_refund

    from lines

),

with_weights as (

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

shared as (

    select
        *,
        round(order_part * weight_so_far / order_weight, 2) as part_so_far,
        round(order_refund * weight_so_far / order_weight, 2) as refund_so_far

    from with_weights

),

-- What is shared out up to a line less what was up to the one before, so that parts add
-- up to the cent.
with_parts as (

    select
        *,
        round(part_so_far - coalesce(lag(part_so_far) over order_lines, 0), 2)
            as money_part,
        round(refund_so_far - coalesce(lag(refund_so_far) over order_lines, 0), 2)
            as refund_part

    from shared

    window
        order_lines as (
            partition by order_key, customer_id, reason is null order by source_row
        )

),

parted as (

    select
        * replace (
            {% if not has_order_amount -%}
            round(exact_amount, 2) +
            {%- endif %}
            money_part - refund_part as exact_amount
        )

    from with_parts

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
        discount is null and not is_discount_missing as is_discount_unreadable,
        cast(ordered_at as date) as ordered_date,
        try_cast(round(exact_amount, 2) as decimal(18, 2)) as net_amount,
        try_cast(round(refund_part, 2) as decimal(18, 2)) as refunded_part,
        try_cast(
            round(
                case
                    when is_discount_line then -exact_amount
                    else discount_money * exchange_rate
                end,
                2
            ) as decimal(18, 2)
        ) as discount_amount,
        (
            is_cancelled
            or coalesce(quantity < 0, false)
            or coalesce(amount, order_amount) < 0
        )
        and not (is_discount_line and exact_amount <= 0) as is_return

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
    case when not is_discount_line then product_id end as product_id,
    case when not is_discount_line then category end as category,
    channel,
    ordered_at,
    ordered_date,
    net_amount,
    exact_amount,
    discount_amount,
    refunded_part as refunded_amount,
    quantity,
    is_return,
    is_discount_line,
    is_discount_unreadable,
    reason

from finished
