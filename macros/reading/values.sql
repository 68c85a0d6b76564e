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
    {%- elif source.decimal_marks.get(column) == ',' -%}
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
            || '{{ fraction }}{{ blank }}{{ sign }}{{ minus }}[)]?( ?(CR|DR|Cr|Dr))?'
        )
            then
                try_cast(
                    replace(
                        regexp_replace({{ text }}, '[^0-9{{ mark }}]', '', 'g'),
                        '{{ mark }}',
                        '.'
                    ) as double
                )
                * case when regexp_matches({{ text }}, '[-(−]|C[Rr]$') then -1 else 1 end
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
    {%- else -%}
        {%- set strptime = formats | reject('equalto', 'iso') | list -%}
        {%- if 'iso' in formats -%}
            {{ "coalesce(" if strptime }}{{ iso_business_time(column, source) }}
            {{- ", " if strptime }}
        {%- endif -%}
        {%- if strptime -%}
            {%- set moment = time_written(
                column if type == 'VARCHAR' else whole_number(column), strptime
            ) -%}
            case
                when contains(cast({{ column }} as varchar), ':')
                    then {{ to_business_zone(moment, source) }}
                else {{ moment }}
            end
            {{- ")" if 'iso' in formats }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Dates of other languages and programs, made plain. -#}
{% macro replaced_text(column, source) -%}
    {%- set found = namespace(text=column) -%}
    {%- for pattern, text in source.date_replacements -%}
        {%- set found.text = 'regexp_replace(' ~ found.text ~ ', ' ~ sql_text(pattern)
            ~ ', ' ~ sql_text(text) ~ ", 'g')" -%}
    {%- endfor -%}
    {{ found.text }}
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
            or right({{ column }}, 1) between 'A' and 'z'
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
            {{ replaced_text(clean_text(name), source) if name == 'ordered_at'
                else clean_text(name) }} as {{ name }}
        {%- elif name in texts -%}
            cast({{ name }} as varchar) as {{ name }}
        {%- else -%}
            {{ name }}
        {%- endif -%}
        {{ "," if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Without an amount, money is quantity times price; an order's total is no line's. -#}
{% macro amount_expression(source) -%}
    {%- if has_column(source, 'amount') -%}
        amount
    {%- elif has_column(source, 'quantity') and has_column(source, 'unit_price') -%}
        quantity * unit_price
    {%- else -%}
        cast(null as double)
    {%- endif -%}
{%- endmacro %}

{#- A discount as money off the line, whatever it is written as. -#}
{% macro discount_money() -%}
    {%- if var('discount_kind') == 'money' -%}
        abs(discount)
    {%- else -%}
        abs(amount) * abs(discount) / {{ 100 if var('discount_kind') == 'percent' else 1 }}
    {%- endif -%}
{%- endmacro %}

{#-
    What comes off money besides refunds, as ours: of each line, or of the whole order.
    Shipping and tax are mapped only where they are in it and shall not be.
-#}
{% macro deductions(source, of_order) -%}
    {%- set names = [] -%}
    {%- for name in ['shipping', 'tax', 'discount'] -%}
        {%- if has_column(source, name) and (name in source.order_columns) == of_order
            and (name != 'discount' or not var('discount_taken_off')) -%}
            {%- do names.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- Whether money is an order's: each of its lines is given a part. -#}
{% macro has_order_money(source) -%}
    {{ return(
        has_column(source, 'order_amount') or has_column(source, 'refunded_amount')
        or deductions(source, true) | length > 0
    ) }}
{%- endmacro %}

{#- Whether rows are told apart by where they stand in the source. -#}
{% macro needs_position(source) -%}
    {{ return(
        var('drop_exact_duplicates') or has_order_money(source)
        or source.order_columns | length > 0
    ) }}
{%- endmacro %}

{#- Ours that hold one value an order, filled on each or one of its lines. -#}
{% macro order_wide(source) -%}
    {%- set names = [] -%}
    {%- for name in source.order_columns + ['order_amount', 'refunded_amount']
        if has_column(source, name) -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names | unique | list) }}
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
    {%- if not needs_position(transactions_source()) %} replace ({{ row_position() }} as source_row)
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

{#-
    The part of an order's money that is a line's: what is shared out up to it less what
    was up to the one before, so that parts add up to the cent.
-#}
{% macro part_of(money) -%}
    round(
        round({{ money }} * weight_so_far / order_weight, 2)
        - coalesce(
            lag(round({{ money }} * weight_so_far / order_weight, 2)) over order_lines, 0
        ),
        2
    )
{%- endmacro %}

{#- A customer's id; e-mail addresses are one whatever their case. -#}
{% macro customer_key(column, source) -%}
    {%- if source.has_mails -%}
        lower({{ clean_id(column, source) }})
    {%- else -%}
        {{ clean_id(column, source) }}
    {%- endif -%}
{%- endmacro %}

{#- 'never_sold' or 'taken_back' by the status; null for sold and where none is mapped. -#}
{% macro status_meaning(source) -%}
    {%- if not has_column(source, 'status') or not source.statuses -%}
        cast(null as varchar)
    {%- else -%}
        case
            {%- for meaning in ['never_sold', 'taken_back'] -%}
                {%- set words = [] -%}
                {%- for word, at in source.statuses.items() if at == meaning -%}
                    {%- do words.append(word) -%}
                {%- endfor %}
            when status in {{ sql_list(words) }} then {{ sql_text(meaning) }}
            {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}

{#- Whether the line, if it takes money off, is a discount on others of its order. -#}
{% macro is_discount_line(source) -%}
    {%- if var('discount_products') -%}
        lower(coalesce(product_id, '')) in {{ sql_list(var('discount_products')) }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#- Whether the row is the header again, as files that were joined end to end have it. -#}
{% macro is_header(source) -%}
    {%- if source.header and source.header.ordered_at -%}
        coalesce(
            raw_ordered_at = {{ sql_text(source.header.ordered_at) }}, false
        )
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#- Whether a later export holds the order again; the later state counts. -#}
{% macro is_older_state(source) -%}
    {%- if not source.files -%}
        false
    {%- else -%}
        case
            when order_id is null then false
            else
                source_file <> last_value(source_file) over (
                    partition by order_id
                    order by
                        {%- if has_column(source, 'updated_at') %}
                        cast(updated_at as varchar),
                        {%- endif %}
                        array_position({{ text_list_literal(source.files) }}, source_file)
                    rows between unbounded preceding and unbounded following
                )
        end
    {%- endif -%}
{%- endmacro %}

{% macro text_list_literal(values) -%}
    [{% for value in values %}{{ sql_text(value) }}{{ ", " if not loop.last }}{% endfor %}]
{%- endmacro %}
