{#-
    Where Spark means another thing than DuckDB: the other side of macros/engine.sql,
    in the project's dialect (dbt/adapters/sparksession/dialect.py translates what is
    only spelled differently). Functions of Spark's alone go through as they are.

    What remains: `1d` reads as a number; a refit reads all customer ids into the driver;
    rollback and erasure know no catalog.
-#}

{% macro spark__months_before(a_date, months) -%}
    cast(add_months(cast(date_trunc('month', {{ a_date }}) as date), -{{ months }}) as date)
{%- endmacro %}

{% macro spark__is_weekend(a_date) -%}
    date_format({{ a_date }}, 'E') in ('Sat', 'Sun')
{%- endmacro %}

{% macro spark__marked_days_from(mask, first_day) -%}
    bit_count({{ mask }} >> cast(greatest(0, least(31, {{ first_day }})) as integer))
{%- endmacro %}

{% macro spark__squared_gaps(mask) -%}
    aggregate(
        list_filter(range(0, 31), lambda d: ({{ mask }} >> d) & 1 = 1),
        struct_pack(last_day := cast(null as integer), squares := cast(0 as bigint)),
        (gaps, d) -> struct_pack(
            last_day := d,
            squares := gaps.squares
            + coalesce((d - gaps.last_day) * (d - gaps.last_day), 0)
        )
    ).squares
{%- endmacro %}

{#- A share times rows may be whole but for an error of rounding: never the next row. -#}
{% macro spark__quantile_value(column, share) -%}
    percentile_disc({{ share }} - 1e-12) within group (order by {{ column }})
{%- endmacro %}

{% macro spark__quantile_values(column, shares) -%}
    array(
            {%- for share in shares %}
            {{ spark__quantile_value(column, share) }}{{ "," if not loop.last }}
            {%- endfor %}
        )
{%- endmacro %}

{#- A median of Spark's is a double: that of money is cut to cents. -#}
{% macro spark__median_value(column) -%}
    {%- set middle = 'cast(median(' ~ column ~ ') as decimal(28, 6))' -%}
    case
        when typeof(max({{ column }})) like 'decimal%'
            then cast({{ middle }} - {{ middle }} % 0.01 as double)
        else median({{ column }})
    end
{%- endmacro %}

{% macro spark__ordered_list(expression, order_by) -%}
    list_transform(
        array_sort(collect_list(
            struct_pack(list_rank := {{ order_by }}, list_value := {{ expression }})
        )),
        lambda ranked: ranked.list_value
    )
{%- endmacro %}

{% macro spark__prototype_list(label, weights, score_offset, rank) -%}
    {{ spark__ordered_list(
        'struct_pack(label := ' ~ label ~ ', weights := ' ~ weights
        ~ ', score_offset := ' ~ score_offset ~ ', preference := -' ~ rank ~ ')',
        rank
    ) }}
{%- endmacro %}

{% macro spark__prototype_scores(vector, prototypes) -%}
    list_transform(
        {{ prototypes }},
        lambda prototype: struct_pack(
            score := aggregate(
                zip_with({{ vector }}, prototype.weights, (x, weight) -> x * weight),
                cast(0 as double),
                (total, term) -> total + term
            ) + prototype.score_offset,
            preference := prototype.preference,
            label := prototype.label
        )
    )
{%- endmacro %}

{#- dbt's own texts go the project's way too: a quote is doubled. -#}
{% macro spark__escape_single_quotes(expression) -%}
    {{ expression | replace("'", "''") }}
{%- endmacro %}

{% macro spark__ask_python(name, question) -%}
    {{ return(adapter.ask_python(name, question)) }}
{%- endmacro %}

{% macro spark__described_table(name) -%}
    {{ return(adapter.described_table(name)) }}
{%- endmacro %}

{#- What Spark may take and read is settled where it runs, not by a build. -#}
{% macro spark__size_engine() -%}
{%- endmacro %}

{% macro spark__allow_only(readable_paths) -%}
{%- endmacro %}

{#- Spark has no normal forms: an id in two of them is two customers. -#}
{% macro spark__composed_text(column) -%}
    {{ column }}
{%- endmacro %}

{% macro spark__is_finite(number) -%}
    (not isnan({{ number }}) and abs({{ number }}) < cast('infinity' as double))
{%- endmacro %}

{#- A row's hash is of all its columns: there the name of a table is none of Spark's. -#}
{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns }}{{ '.*' if columns is string and ',' not in columns }})
{%- endmacro %}

{% macro spark__moved_to_zone(moment, from_zone, to_zone) -%}
    convert_timezone({{ sql_text(from_zone) }}, {{ sql_text(to_zone) }}, {{ moment }})
{%- endmacro %}

{% macro spark__local_time(instant, zone) -%}
    convert_timezone(
            current_timezone(), {{ sql_text(zone) }}, cast({{ instant }} as timestamp)
        )
{%- endmacro %}

{% macro spark__instant(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}

{% macro spark__time_after(moment, microseconds) -%}
    {{ moment }} + make_dt_interval(
            0, 0, 0, cast({{ microseconds }} as decimal(38, 0)) / 1000000
        )
{%- endmacro %}

{#- Java's letters; a literal letter stands in quotes, and one digit will do for two. -#}
{% macro spark__time_written(column, formats) -%}
    {%- set letters = {
        '%Y': 'yyyy', '%y': 'yy', '%m': 'M', '%d': 'd', '%H': 'H', '%I': 'h', '%M': 'm',
        '%S': 's', '%f': 'SSSSSS', '%p': 'a', '%b': 'MMM', '%B': 'MMMM', '%%': '%',
    } -%}
    coalesce(
            {%- for one in formats %}
            {%- set java = [] -%}
            {%- for part in modules.re.findall('%.|[A-Za-z]+|[^%A-Za-z]+', one) -%}
                {%- do java.append(
                    letters[part] if part in letters
                    else "''" ~ part ~ "''" if modules.re.match('[A-Za-z]', part)
                    else part
                ) -%}
            {%- endfor %}
            cast(try_to_timestamp({{ column }}, '{{ java | join }}') as timestamp)
            {{- ", " if not loop.last }}
            {%- endfor %}
        )
{%- endmacro %}

{#- Tables of Parquet files lose no single row. -#}
{% macro spark__keeps_parts() -%}
    {{ return(false) }}
{%- endmacro %}

{#- Spark writes a view out wherever it is read: arithmetic on arithmetic fills memory. -#}
{% macro spark__derived_when_read() -%}
    {{ return('table') }}
{%- endmacro %}

{#- Parts of a file are numbered apart: a count over all of them needs one machine. -#}
{% macro spark__row_position() -%}
    monotonically_increasing_id() + 1
{%- endmacro %}

{#- A seed's rows as DuckDB reads them: dbt's own reader takes the word null for none. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return(adapter.load_seed(model, this.render())) }}
{%- endmacro %}
