{#-
    What means one thing on DuckDB and another on Spark lives here and nowhere else. Each
    macro has a DuckDB body as its default; macros/spark.sql holds those of Spark. What is
    only spelled differently is translated: dbt/adapters/sparksession/dialect.py.
-#}

{#- Whole days from one date to a later one. -#}
{% macro days_between(first_date, last_date) -%}
    {{ return(adapter.dispatch('days_between')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__days_between(first_date, last_date) -%}
    date_diff('day', {{ first_date }}, {{ last_date }})
{%- endmacro %}

{#- The first day of the month a date falls in. -#}
{% macro month_start(a_date) -%}
    {{ return(adapter.dispatch('month_start')(a_date)) }}
{%- endmacro %}

{% macro default__month_start(a_date) -%}
    cast(date_trunc('month', {{ a_date }}) as date)
{%- endmacro %}

{#- The first day of the month `months` before the month a date falls in. -#}
{% macro months_before(a_date, months) -%}
    {{ return(adapter.dispatch('months_before')(a_date, months)) }}
{%- endmacro %}

{% macro default__months_before(a_date, months) -%}
    cast(date_trunc('month', {{ a_date }}) - to_months({{ months }}) as date)
{%- endmacro %}

{#- The last day of the month a date falls in. -#}
{% macro month_end(a_date) -%}
    {{ return(adapter.dispatch('month_end')(a_date)) }}
{%- endmacro %}

{% macro default__month_end(a_date) -%}
    last_day({{ a_date }})
{%- endmacro %}

{#- A list of the first days of months from one date to another. -#}
{% macro month_series(first_month, last_date) -%}
    {{ return(adapter.dispatch('month_series')(first_month, last_date)) }}
{%- endmacro %}

{% macro default__month_series(first_month, last_date) -%}
    generate_series({{ first_month }}, {{ last_date }}, interval 1 month)
{%- endmacro %}

{#- A list of the days from one date to another. -#}
{% macro day_series(first_date, last_date) -%}
    {{ return(adapter.dispatch('day_series')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__day_series(first_date, last_date) -%}
    generate_series({{ first_date }}, {{ last_date }}, interval 1 day)
{%- endmacro %}

{#- True on Saturday and Sunday. -#}
{% macro is_weekend(a_date) -%}
    {{ return(adapter.dispatch('is_weekend')(a_date)) }}
{%- endmacro %}

{% macro default__is_weekend(a_date) -%}
    isodow({{ a_date }}) >= 6
{%- endmacro %}

{#- The days of a month on which something happened, as bits: bit 0 is the 1st. -#}
{% macro day_mask(a_date, condition) -%}
    {{ return(adapter.dispatch('day_mask')(a_date, condition)) }}
{%- endmacro %}

{% macro default__day_mask(a_date, condition) -%}
    coalesce(
        bit_or(cast(1 as bigint) << (day({{ a_date }}) - 1)) filter (where {{ condition }}),
        0
    )
{%- endmacro %}

{#- Number of marked days from `first_day` (days after the 1st, 0 to 31) onward. -#}
{% macro marked_days_from(mask, first_day) -%}
    {{ return(adapter.dispatch('marked_days_from')(mask, first_day)) }}
{%- endmacro %}

{% macro default__marked_days_from(mask, first_day) -%}
    bit_count({{ mask }} >> greatest(0, least(31, {{ first_day }})))
{%- endmacro %}

{#- Sum of the squared gaps, in days, between neighbouring marked days of one month. -#}
{% macro squared_gaps(mask) -%}
    {{ return(adapter.dispatch('squared_gaps')(mask)) }}
{%- endmacro %}

{% macro default__squared_gaps(mask) -%}
    list_reduce(
        list_transform(
            list_filter(range(0, 31), lambda d: ({{ mask }} >> d) & 1 = 1),
            lambda d: {'last_day': d, 'squares': cast(0 as bigint)}
        ),
        lambda a, b: {
            'last_day': b.last_day,
            'squares': a.squares
            + coalesce((b.last_day - a.last_day) * (b.last_day - a.last_day), 0)
        },
        {'last_day': cast(null as bigint), 'squares': cast(0 as bigint)}
    ).squares
{%- endmacro %}

{#- The smallest value that at least this share of rows do not exceed: never a mean. -#}
{% macro quantile_value(column, share) -%}
    {{ return(adapter.dispatch('quantile_value')(column, share)) }}
{%- endmacro %}

{% macro default__quantile_value(column, share) -%}
    quantile_disc({{ column }}, {{ share }})
{%- endmacro %}

{#- Several of them at once, as a list: one pass and one copy of the values. -#}
{% macro quantile_values(column, shares) -%}
    {{ return(adapter.dispatch('quantile_values')(column, shares)) }}
{%- endmacro %}

{% macro default__quantile_values(column, shares) -%}
    quantile_disc({{ column }}, [{{ shares | join(', ') }}])
{%- endmacro %}

{#- The middle value; of an even number of amounts the mean, cut to the last digit. -#}
{% macro median_value(column) -%}
    {{ return(adapter.dispatch('median_value')(column)) }}
{%- endmacro %}

{% macro default__median_value(column) -%}
    median({{ column }})
{%- endmacro %}

{#- An item of a list by its position from 1. -#}
{% macro list_item(list, position) -%}
    {{ return(adapter.dispatch('list_item')(list, position)) }}
{%- endmacro %}

{% macro default__list_item(list, position) -%}
    {{ list }}[{{ position }}]
{%- endmacro %}

{#- The values of a group as a list, in the order of another column. -#}
{% macro ordered_list(expression, order_by) -%}
    {{ return(adapter.dispatch('ordered_list')(expression, order_by)) }}
{%- endmacro %}

{% macro default__ordered_list(expression, order_by) -%}
    list({{ expression }} order by {{ order_by }})
{%- endmacro %}

{#-
    The fitted model's prototypes as one list, in an order that settles ties: each with
    the label it stands for, its weights and its offset.
-#}
{% macro prototype_list(label, weights, score_offset, rank) -%}
    {{ return(adapter.dispatch('prototype_list')(label, weights, score_offset, rank)) }}
{%- endmacro %}

{% macro default__prototype_list(label, weights, score_offset, rank) -%}
    list(
            struct_pack(
                label := {{ label }},
                weights := {{ weights }},
                score_offset := {{ score_offset }},
                preference := -{{ rank }}
            )
            order by {{ rank }}
        )
{%- endmacro %}

{#-
    How well each prototype fits a vector: weights . vector + offset. Compared as
    (score, preference, label), so the earlier of two equal prototypes wins.
-#}
{% macro prototype_scores(vector, prototypes) -%}
    {{ return(adapter.dispatch('prototype_scores')(vector, prototypes)) }}
{%- endmacro %}

{% macro default__prototype_scores(vector, prototypes) -%}
    list_transform(
            {{ prototypes }},
            lambda prototype: struct_pack(
                score := list_inner_product({{ vector }}, prototype.weights)
                + prototype.score_offset,
                preference := prototype.preference,
                label := prototype.label
            )
        )
{%- endmacro %}

{#- The best of a list of prototype scores. -#}
{% macro best_score(scores) -%}
    {{ return(adapter.dispatch('best_score')(scores)) }}
{%- endmacro %}

{% macro default__best_score(scores) -%}
    list_max({{ scores }})
{%- endmacro %}

{#- Numbers of one row as a list of doubles. -#}
{% macro double_list(expressions) -%}
    {{ return(adapter.dispatch('double_list')(expressions)) }}
{%- endmacro %}

{% macro default__double_list(expressions) -%}
    cast([{{ expressions | join(', ') }}] as double[])
{%- endmacro %}

{#- Texts of one row as a list, without those that are null. -#}
{% macro known_texts(expressions) -%}
    {{ return(adapter.dispatch('known_texts')(expressions)) }}
{%- endmacro %}

{% macro default__known_texts(expressions) -%}
    {%- if expressions | length == 1 -%}
    [{{ expressions[0] }}]
    {%- else -%}
    list_filter(
                        [
                            {{ expressions | join(',\n                            ') }}
                        ],
                        lambda text: text is not null
                    )
    {%- endif -%}
{%- endmacro %}

{#- A list as JSON text that reads back as the same numbers. -#}
{% macro as_json(column) -%}
    {{ return(adapter.dispatch('as_json')(column)) }}
{%- endmacro %}

{% macro default__as_json(column) -%}
    cast(to_json({{ column }}) as varchar)
{%- endmacro %}

{#- An answer of Python's, text to text or none: see segmentation/answers.py. -#}
{% macro ask_python(name, question) -%}
    {{ return(adapter.dispatch('ask_python')(name, question)) }}
{%- endmacro %}

{% macro default__ask_python(name, question) -%}
    {{ return(
        run_query('select ' ~ name ~ '(' ~ sql_text(question) ~ ')').columns[0][0]
    ) }}
{%- endmacro %}

{#- Text in Unicode's composed form (NFC), so that two spellings of a letter are one. -#}
{% macro composed_text(column) -%}
    {{ return(adapter.dispatch('composed_text')(column)) }}
{%- endmacro %}

{% macro default__composed_text(column) -%}
    nfc_normalize({{ column }})
{%- endmacro %}

{#- False for infinity and NaN. -#}
{% macro is_finite(number) -%}
    {{ return(adapter.dispatch('is_finite')(number)) }}
{%- endmacro %}

{% macro default__is_finite(number) -%}
    isfinite({{ number }})
{%- endmacro %}

{#- A hash of a whole row or of several columns: equal rows have equal ones. -#}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns }})
{%- endmacro %}

{#- A time without an offset, from one time zone to another. -#}
{% macro moved_to_zone(moment, from_zone, to_zone) -%}
    {{ return(adapter.dispatch('moved_to_zone')(moment, from_zone, to_zone)) }}
{%- endmacro %}

{% macro default__moved_to_zone(moment, from_zone, to_zone) -%}
    timezone(
            {{ sql_text(to_zone) }},
            {#- The same as timezone('UTC', ...), in half the time. -#}
            {{ 'make_timestamptz(epoch_us(' ~ moment ~ '))' if from_zone == 'UTC'
                else 'timezone(' ~ sql_text(from_zone) ~ ', ' ~ moment ~ ')' }}
        )
{%- endmacro %}

{#- What the clock of a time zone shows at an instant. -#}
{% macro local_time(instant, zone) -%}
    {{ return(adapter.dispatch('local_time')(instant, zone)) }}
{%- endmacro %}

{% macro default__local_time(instant, zone) -%}
    timezone({{ sql_text(zone) }}, {{ instant }})
{%- endmacro %}

{#- The instant that is so many microseconds after 1970. -#}
{% macro instant(microseconds) -%}
    {{ return(adapter.dispatch('instant')(microseconds)) }}
{%- endmacro %}

{% macro default__instant(microseconds) -%}
    make_timestamptz({{ microseconds }})
{%- endmacro %}

{#- A time without an offset, so many microseconds later. -#}
{% macro time_after(moment, microseconds) -%}
    {{ return(adapter.dispatch('time_after')(moment, microseconds)) }}
{%- endmacro %}

{% macro default__time_after(moment, microseconds) -%}
    {{ moment }} + to_microseconds({{ microseconds }})
{%- endmacro %}

{#- A text as a time, by the first of strptime's formats that it is written in. -#}
{% macro time_written(column, formats) -%}
    {{ return(adapter.dispatch('time_written')(column, formats)) }}
{%- endmacro %}

{% macro default__time_written(column, formats) -%}
    try_strptime(
                {{ column }},
                [{% for one in formats %}{{ sql_text(one) }}
                {{- ", " if not loop.last }}{% endfor %}]
            )
{%- endmacro %}

{#- A number for each row that rises in the order in which rows are read. -#}
{% macro row_position() -%}
    {{ return(adapter.dispatch('row_position')()) }}
{%- endmacro %}

{% macro default__row_position() -%}
    row_number() over ()
{%- endmacro %}

{#- How a model is kept that costs less to derive than to store; but see Spark's. -#}
{% macro derived_when_read() -%}
    {{ return(adapter.dispatch('derived_when_read')()) }}
{%- endmacro %}

{% macro default__derived_when_read() -%}
    {{ return('view') }}
{%- endmacro %}

{#- Whether rows of a table can be deleted: where not, all parts are made in each build. -#}
{% macro keeps_parts() -%}
    {{ return(adapter.dispatch('keeps_parts')()) }}
{%- endmacro %}

{% macro default__keeps_parts() -%}
    {{ return(true) }}
{%- endmacro %}
