{#-
    What every row of a model must be, in one query: a test is a call of its own, and
    what it costs is mostly the call. A broken rule is named in the message.

      key        columns that no two rows share; a null counts as a value
      not_null   columns with a value in every row
      one_of     column: the values it may have (nulls pass)
      between    column: [lowest, highest], both included (nulls pass)
      one_true   column that is true in exactly one row
-#}
{% test sound_rows(model, key=[], not_null=[], one_of={}, between={}, one_true=none) %}

{%- set rules = [] -%}
{%- for column in not_null -%}
    {%- do rules.append([column ~ ' is null', column ~ ' is null']) -%}
{%- endfor -%}
{%- for column, values in one_of.items() -%}
    {%- set quoted = [] -%}
    {%- for value in values -%} {%- do quoted.append(sql_text(value)) -%} {%- endfor -%}
    {%- do rules.append([
        column ~ ' is none of ' ~ values | join(', '),
        'cast(' ~ column ~ ' as varchar) not in (' ~ quoted | join(', ') ~ ')',
    ]) -%}
{%- endfor -%}
{%- for column, ends in between.items() -%}
    {%- do rules.append([
        column ~ ' is not between ' ~ ends[0] ~ ' and ' ~ ends[1],
        column ~ ' not between ' ~ ends[0] ~ ' and ' ~ ends[1],
    ]) -%}
{%- endfor %}

with

counted as (

    select
        {%- for _, condition in rules %}
        count(*) filter (where {{ condition }}) as rule_{{ loop.index }},
        {%- endfor %}
        {%- if one_true is not none %}
        count(*) filter (where {{ one_true }}) - 1 as surplus,
        {%- endif %}
        count(*) as row_count

    from {{ model }}

),

{% if key -%}
repeated as (

    select count(*) as key_count

    from (
        select count(*) as row_count

        from {{ model }}

        group by {{ key | join(', ') }}

        having count(*) > 1
    ) as keys

),

{% endif -%}
broken as (

    {% for words, _ in rules -%}
    select
        {{ sql_text(words) }} as rule,
        rule_{{ loop.index }} as row_count

    from counted

    union all

    {% endfor -%}
    {% if one_true is not none -%}
    select
        {{ sql_text(one_true ~ ' is not true in exactly one row') }} as rule,
        abs(surplus) as row_count

    from counted

    union all

    {% endif -%}
    {% if key -%}
    select
        {{ sql_text('rows that share ' ~ key | join(', ')) }} as rule,
        key_count as row_count

    from repeated
    {%- else -%}
    select
        'no rule' as rule,
        0 as row_count

    from counted
    {%- endif %}

)

select
    {{ stop_with("'" ~ model.identifier ~ ": ' || rule || ' (' || row_count || ')'") }}
        as message

from broken

where row_count > 0

{% endtest %}
