{#- How raw values become ours: ids, text, numbers, times. Used by base_ models only. -#}

{#-
    Text without outer blanks; nothing but blanks is null. The first branch is there
    for speed: trimming a set of characters costs six times the comparison.
-#}
{% macro clean_text(column) -%}
    {#- Blanks that a person does not see: also non-breaking, zero-width and the BOM. -#}
    {%- set blanks -%}
    ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(8204)
    || chr(8205) || chr(8239) || chr(8288) || chr(12288) || chr(65279)
    {%- endset -%}
    case
        when
            strlen({{ column }}) = length({{ column }})
            and left({{ column }}, 1) > ' '
            and right({{ column }}, 1) > ' '
            then {{ column }}
        else nullif(trim({{ column }}, {{ blanks }}), '')
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
    Why a text is no customer id, or null. 1.23457E+11 stands for many ids that were one
    customer each; so does a float too large to hold every whole number
    (1.2345678901234568e+16).
-#}
{% macro unusable_id_reason(column) -%}
    case
        when length({{ column }}) > {{ var('longest_id') }}
            then 'customer id too long'
        when contains({{ column }}, chr(0))
            then 'customer id with a NUL byte'
        when
            (contains({{ column }}, 'E+') or contains({{ column }}, 'e+'))
            and regexp_full_match({{ column }}, '[0-9](\.[0-9]+)?[eE]\+[0-9]+')
            then 'customer id damaged by a spreadsheet'
    end
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
    {%- if column not in source.types -%}
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
                column if type == 'VARCHAR'
                else 'cast(try_cast(' ~ column ~ ' as decimal(18, 0)) as varchar)',
                strptime
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
