{#- How raw values become ours: ids, text, numbers, times. Used by base_ models only. -#}

{#- Blanks that a person does not see: also non-breaking, zero-width and the BOM. -#}
{% macro blank_characters() -%}
    ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(8204)
    || chr(8205) || chr(8239) || chr(8288) || chr(12288) || chr(65279)
{%- endmacro %}

{#-
    Text without outer blanks; nothing but blanks is null. The first branch is there
    for speed: trimming a set of characters costs six times the comparison.
-#}
{% macro clean_text(column) -%}
    case
        when
            strlen({{ column }}) = length({{ column }})
            and left({{ column }}, 1) > ' '
            and right({{ column }}, 1) > ' '
            then {{ column }}
        else nullif(trim({{ column }}, {{ blank_characters() }}), '')
    end
{%- endmacro %}

{#-
    An id is text: 007 stays 007. Two spellings of one letter (NFC, NFD) are one id,
    and a whole number that was once a float (17850.0) loses its decimals. One that is
    a whole number in a typed file needs nothing.
-#}
{% macro clean_id(column, source=none) -%}
    {%- if source is not none and is_whole_number(source, column) -%}
    {{ column }}
    {%- else -%}
    case
        when ends_with({{ column }}, '.0')
            then regexp_replace({{ column }}, '^([0-9]+)\.0$', '\1')
        else {{ composed_text(column) }}
    end
    {%- endif -%}
{%- endmacro %}

{#-
    1.23457E+11 stands for many ids that were one customer each; so does a float too
    large to hold every whole number (1.2345678901234568e+16).
-#}
{% macro is_spreadsheet_number(column) -%}
    (contains({{ column }}, 'E+') or contains({{ column }}, 'e+'))
    {{- ' and ' -}}
    regexp_full_match({{ column }}, '[0-9](\.[0-9]+)?[eE]\+[0-9]+')
{%- endmacro %}

{% macro has_column(source, name) -%}
    {{ return(name in source.types) }}
{%- endmacro %}

{#- Whether a column is whole numbers in a typed file: as text, digits and no more. -#}
{% macro is_whole_number(source, name) -%}
    {{ return(source.types.get(name) in [
        'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT',
        'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT',
    ]) }}
{%- endmacro %}

{% macro sql_text(text) -%}
    '{{ text | string | replace("'", "''") }}'
{%- endmacro %}

{% macro sql_list(values) -%}
    (
    {%- for value in values %}{{ sql_text(value | string | lower) }}
    {{- ", " if not loop.last }}{% endfor -%}
    {{ "null" if not values }})
{%- endmacro %}

{#-
    A number as a double. Text is tried as it is, then without currency sign and
    thousands: 1,234.50, $5, (3.20), 12.50- and, where the decimal mark is a comma,
    1.234,50. A text that is not wholly a number stays null.
-#}
{% macro as_number(column, source) -%}
    {%- if not has_column(source, column) -%}
        cast(null as double)
    {%- elif source.types[column] != 'VARCHAR' -%}
        cast({{ column }} as double)
    {%- elif source.decimal_mark == ',' -%}
        {{ written_number(column, ',', '.') }}
    {%- else -%}
        coalesce(
            try_cast({{ column }} as double), {{ written_number(column, '.', ',') }}
        )
    {%- endif -%}
{%- endmacro %}

{% macro written_number(text, mark, thousands) -%}
    {%- set sign = '(\\p{Sc}|[A-Z]{2,3}\\$?|kr|zł|Kč|\\x{80})?' -%}
    {%- set minus = '[-+−]?' -%}
    {%- set blank = '[\\s\\x{a0}\\x{202f}]*' -%}
    {%- set group = "[" ~ thousands ~ "''’\\s\\x{a0}\\x{202f}]" -%}
    {%- set digits = '([0-9]+|[0-9]{1,3}(' ~ group ~ '[0-9]{3})+)' -%}
    {%- set fraction = '([' ~ mark ~ '][0-9]*)?' -%}
    case
        when regexp_full_match(
            {{ text }},
            '[(]?{{ minus }}{{ blank }}{{ sign }}{{ blank }}{{ minus }}{{ digits }}'
            || '{{ fraction }}{{ blank }}{{ sign }}{{ minus }}[)]?'
        )
            then
                try_cast(
                    replace(
                        regexp_replace({{ text }}, '[^0-9{{ mark }}]', '', 'g'),
                        '{{ mark }}',
                        '.'
                    ) as double
                )
                * case when regexp_matches({{ text }}, '[-(−]') then -1 else 1 end
    end
{%- endmacro %}

{#- A moment without an offset, from the source's time zone to the business's. -#}
{% macro to_business_zone(moment, source) -%}
    {%- if source.source_time_zone == source.time_zone or not source.has_times -%}
        {{ moment }}
    {%- else -%}
        {{ moved_to_zone(moment, source.source_time_zone, source.time_zone) }}
    {%- endif -%}
{%- endmacro %}

{#- A timestamp in the business's time zone. A date without a time is never moved. -#}
{% macro as_business_time(column, source) -%}
    {%- set type = source.types.get(column, 'VARCHAR') -%}
    {%- set formats = source.date_formats -%}
    {%- if type == 'DATE' -%}
        cast({{ column }} as timestamp)
    {%- elif type == 'TIMESTAMP WITH TIME ZONE' -%}
        {{ local_time(column, source.time_zone) }}
    {%- elif type.startswith('TIMESTAMP') -%}
        {{ to_business_zone('cast(' ~ column ~ ' as timestamp)', source) }}
    {%- elif formats[0] == 'excel_days' -%}
        {{ time_after(
            "timestamp '1899-12-30'",
            'cast(round(try_cast(' ~ column ~ ' as decimal(12, 6)) * 86400) as bigint)'
            ~ ' * 1000000'
        ) }}
    {%- elif formats[0].startswith('epoch_') -%}
        {%- set microseconds = {'epoch_s': ' * 1000000', 'epoch_ms': ' * 1000'} -%}
        {{ local_time(
            instant(
                'cast(try_cast(' ~ column ~ ' as decimal(18, 0)) as bigint)'
                ~ microseconds.get(formats[0], '')
            ),
            source.time_zone
        ) }}
    {%- elif formats == ['iso'] -%}
        {{ iso_business_time(column, source) }}
    {%- else -%}
        {%- set moment = time_written(
            column if type == 'VARCHAR' else whole_number(column), formats
        ) -%}
        case
            when contains(cast({{ column }} as varchar), ':')
                then {{ to_business_zone(moment, source) }}
            else {{ moment }}
        end
    {%- endif -%}
{%- endmacro %}

{#- 20240131.0 as 20240131. -#}
{% macro whole_number(column) -%}
    cast(try_cast({{ column }} as decimal(18, 0)) as varchar)
{%- endmacro %}

{#- 2024-01-31, with or without a time, with or without an offset. -#}
{% macro iso_business_time(column, source) -%}
    case
        when substr({{ column }}, 5, 1) != '-' or length({{ column }}) < 8
            then null
        when length({{ column }}) <= 10
            then try_cast({{ column }} as timestamp)
        when
            contains(substr({{ column }}, 11), '+')
            or contains(substr({{ column }}, 11), '-')
            or right({{ column }}, 1) in ('Z', 'z', 'C')
            then
                {{ local_time(
                    'try_cast(' ~ column ~ ' as timestamptz)', source.time_zone
                ) }}
        else
            {{ to_business_zone('try_cast(' ~ column ~ ' as timestamp)', source) }}
    end
{%- endmacro %}

{#- What one unit of a row's currency is worth in ours; null: it is not known. -#}
{% macro exchange_rate(column, source) -%}
    {%- if not has_column(source, 'currency') -%}
        1
    {%- else -%}
        case {{ column }}
            when {{ sql_text(source.currency | upper) }} then 1
            {%- for code, rate in var('exchange_rates').items() %}
            when {{ sql_text(code | upper) }} then {{ rate }}
            {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}

{#-
    The day after tomorrow, from when the build began. This is the only use of the
    clock: no order can be later, so no real row is ever judged by it.
-#}
{% macro future_date() -%}
    {%- if execute -%}
        {%- set day_after_next = run_started_at + modules.datetime.timedelta(days=2) -%}
    {%- endif -%}
    cast('{{ day_after_next.date() if execute }}' as date)
{%- endmacro %}

{#- Without an order id, what a customer buys on one day is one order. -#}
{% macro order_id_or_day() -%}
    coalesce(order_id, customer_id || ' ' || cast(ordered_date as varchar))
{%- endmacro %}

{% macro raw_columns(table='') -%}
    {%- for name in transaction_column_names() -%}
        {{ table }}raw_{{ name }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- Every raw value as text: what rejected_transactions shows. -#}
{% macro as_written(names) -%}
    {%- for name in names %}
        cast({{ name }} as varchar) as raw_{{ name }}{{ "," if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Text trimmed; numbers and times as they are, but for what must be text. -#}
{% macro as_clean_text(names, source) -%}
    {%- set texts = [
        'customer_id', 'order_id', 'product_id', 'category', 'channel', 'currency',
        'status',
    ] -%}
    {%- for name in names %}
        {% if source.types[name] == 'VARCHAR' -%}
            {{ clean_text(name) }} as {{ name }}
        {%- elif name in texts -%}
            cast({{ name }} as varchar) as {{ name }}
        {%- else -%}
            {{ name }}
        {%- endif -%}
        {{ "," if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Without an amount, money is quantity times price. -#}
{% macro amount_expression(has_amount) -%}
    {{ 'amount' if has_amount else 'quantity * unit_price' }}
{%- endmacro %}

{#- Branches of a `case` that say what is wrong with a number. -#}
{% macro number_reasons(name, source, is_needed) -%}
    {%- set words = name | replace('_', ' ') -%}
    {%- if has_column(source, name) -%}
        {%- if is_needed -%}
            when is_{{ name }}_missing
                then 'no {{ words }}'
        {% endif -%}
            when {{ name }} is null and not is_{{ name }}_missing
                then 'unreadable {{ words }}'
            when not {{ is_finite(name) }} or abs({{ name }}) > {{ var('largest_amount') }}
                then '{{ words }} out of range'
    {%- endif -%}
{%- endmacro %}

{#-
    Numbers the rows of the source after `*`, unless they were before copies were looked
    for. Nowhere else: DuckDB reads every file where rows are numbered.
-#}
{% macro numbered_rows() -%}
    {%- if not var('drop_exact_duplicates') %} replace ({{ row_position() }} as source_row)
    {%- endif -%}
{%- endmacro %}

{#-
    Whether an earlier row is the same in every mapped column; only looked for on
    demand.
-#}
{% macro is_copy() -%}
    {%- if var('drop_exact_duplicates') -%}
        row_number() over (
            partition by {{ raw_columns() }} order by source_row
        ) > 1
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
