{{ config(materialized='ephemeral') }}
{% set source = described_source('transactions') %}
{% set has = source.types %}

-- What could surprise about how the input was read.
with

source_months as (

    select * from {{ ref('base_source_months') }}

),

totals as (

    select coalesce(sum(row_count), 0) as source_rows from source_months

),

readings as (

    select
        'time_zone' as check_name,
        'days run from midnight to midnight in '
        || '{{ source.time_zone }}'
        || '; times without an offset are read as '
        || '{{ source.source_time_zone }}' as detail

    union all

    select
        'money' as check_name,
        'money is '
        {% if 'order_amount' in has -%}
        || 'the order''s amount, once an order'
        {%- elif 'amount' in has -%}
        || 'the amount of each line'
        {%- else -%}
        || 'quantity times unit price'
        {%- endif %}
        {% for name in source.line_deductions + source.order_deductions -%}
        || ', less {{ name }}'
        {% endfor %}
        {% if 'refunded_amount' in has -%}
        || ', less what was paid back, once an order'
        {%- endif %}
        {% if 'discount' in has and var('discount_taken_off') -%}
        || '; discounts have already been taken off'
        {%- endif %} as detail

    {% if var('left_out_reason') is not none -%}
    union all

    select
        'left_out_reason' as check_name,
        'up to '
        || cast(100 * {{ var('left_out_share_maximum') }} as decimal(18, 1))
        || '% left out is accepted: ' || {{ sql_text(var('left_out_reason')) }}
            as detail
    {%- endif %}

    {% for name, effect in {
        'order_id': 'what a customer buys on one day is one order',
        'category': 'category_count and category_concentration are not worked out',
        'discount': 'discount_share is not worked out',
        'channel': 'channel_share is not worked out',
        'quantity': 'returns are recognised by a negative amount or a status only',
        'product_id': 'rules that leave products out have nothing to look at',
    }.items() if name not in has %}
    union all

    select
        'unmapped_{{ name }}' as check_name,
        'no column is mapped to {{ name }}: {{ effect }}' as detail
    {% endfor %}

),

checks as (

    select
        readings.check_name,
        totals.source_rows as rows_checked,
        0 as rows_failed,
        'info' as verdict,
        readings.detail

    from readings

    cross join totals

    where {{ 'true' if source.parts else 'false' }}

    {% for note in source.notes %}
    union all

    select
        'input_note_{{ loop.index }}' as check_name,
        source_rows as rows_checked,
        0 as rows_failed,
        'warn' as verdict,
        {{ sql_text(note) }} as detail

    from totals
    {% endfor %}

)

select * from checks
