{#-
    What every row of a model must be, in one query: each test is a call of its own, and
    the call costs more than the check. The message names the broken rule.

      key        columns that no two rows share; a null counts as a value
      unique     columns, each with another value in every row (nulls pass)
      not_null   columns with a value in every row
      one_of     column: the values it may have (nulls pass)
      between    column: [lowest, highest], both included (nulls pass)
      one_true   column that is true in exactly one row
-#}
{% test sound_rows(
    model, key=[], unique=[], not_null=[], one_of={}, between={}, one_true=none
) %}

{#- What is wrong, and how often: 0 where the rule holds. -#}
{%- set rules = [] -%}
{%- for column in unique -%}
    {%- do rules.append([
        column ~ ' is not unique',
        'count(' ~ column ~ ') - count(distinct ' ~ column ~ ')',
    ]) -%}
{%- endfor -%}
{%- for column in not_null -%}
    {%- do rules.append([
        column ~ ' is null',
        'count(*) filter (where ' ~ column ~ ' is null)',
    ]) -%}
{%- endfor -%}
{%- for column, values in one_of.items() -%}
    {%- set quoted = [] -%}
    {%- for value in values -%} {%- do quoted.append(sql_text(value)) -%} {%- endfor -%}
    {%- do rules.append([
        column ~ ' is none of ' ~ values | join(', '),
        'count(*) filter (where cast(' ~ column ~ ' as varchar) not in ('
            ~ quoted | join(', ') ~ '))',
    ]) -%}
{%- endfor -%}
{%- for column, ends in between.items() -%}
    {%- do rules.append([
        column ~ ' is not between ' ~ ends[0] ~ ' and ' ~ ends[1],
        'count(*) filter (where ' ~ column ~ ' not between ' ~ ends[0] ~ ' and '
            ~ ends[1] ~ ')',
    ]) -%}
{%- endfor -%}
{%- if one_true is not none -%}
    {%- do rules.append([
        one_true ~ ' is not true in exactly one row',
        'abs(count(*) filter (where ' ~ one_true ~ ') - 1)',
    ]) -%}
{%- endif -%}

{#- A rule that is spelt wrong, or none, would pass whatever the rows are. -#}
{%- if not key and not rules -%}
    {%- do exceptions.raise_compiler_error('sound_rows of ' ~ model ~ ' has no rule') -%}
{%- endif -%}

with

counted as (

    select
        {% for _, how_often in rules -%}
        {{ how_often }} as rule_{{ loop.index }},
        {% endfor -%}
        count(*) as row_count

    from {{ model }}

),

shared_keys as (

    select 1 as found

    from {{ model }}

    {{ 'group by ' ~ key | join(', ') ~ ' having count(*) > 1' if key
        else 'where false' }}

),

broken as (

    select
        {{ sql_text(key | join(', ') ~ ' is in more than one row') }} as rule,
        count(*) as times

    from shared_keys

    {% for words, _ in rules -%}
    union all

    select
        {{ sql_text(words) }} as rule,
        rule_{{ loop.index }} as times

    from counted

    {% endfor -%}
)

select
    {{ stop_with("'" ~ model.identifier ~ ": ' || rule || ' (' || times || ')'") }}
        as message

from broken

where times > 0

{% endtest %}
