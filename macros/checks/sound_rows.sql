{#-
    What every row of some tables must be, in one query: each test is a call of its own,
    and the call costs more than the check. The message names the table and what is wrong.
    A table's rules are `meta: {sound_rows: ...}` in its YAML:

      key        columns that no two rows share; a null counts as a value
      unique     columns, each with another value in every row (nulls pass)
      not_null   columns with a value in every row
      one_of     column: the values it may have (nulls pass)
      between    column: [lowest, highest], both included (nulls pass)
      one_true   column that is true in exactly one row
-#}
{% macro sound_rows(tables) %}
with

judged as (

    {% for table in tables if execute -%}
    {%- for node in graph.nodes.values() if node.relation_name == table | string -%}
    {{ broken_rules(table, **node.config.meta.sound_rows) }}

    union all

    {% endfor -%}
    {%- endfor -%}
    select '' as broken

)

-- dbt counts rows: what is not asked for is not run.
select * from judged

where case when broken != '' then {{ stop_with('broken') }} end is not null
{% endmacro %}


{#- One row: what is wrong with a table and how often, or an empty text. -#}
{% macro broken_rules(
    table, key=[], unique=[], not_null=[], one_of={}, between={}, one_true=none
) -%}
    {%- set counts = [] -%}
    {%- if key -%}
        {%- do counts.append([
            key | join(', ') ~ ' is in more than one row',
            '(select count(*) from (select 1 from ' ~ table ~ ' group by '
                ~ key | join(', ') ~ ' having count(*) > 1) as shared_keys)',
        ]) -%}
    {%- endif -%}
    {%- for column in unique -%}
        {%- do counts.append([
            column ~ ' is not unique',
            'count(' ~ column ~ ') - count(distinct ' ~ column ~ ')',
        ]) -%}
    {%- endfor -%}
    {%- for column in not_null -%}
        {%- do counts.append([
            column ~ ' is null',
            'count(*) filter (where ' ~ column ~ ' is null)',
        ]) -%}
    {%- endfor -%}
    {%- for column, values in one_of.items() -%}
        {%- set quoted = [] -%}
        {%- for value in values -%}
            {%- do quoted.append(sql_text(value)) -%}
        {%- endfor -%}
        {%- do counts.append([
            column ~ ' is none of ' ~ values | join(', '),
            'count(*) filter (where cast(' ~ column ~ ' as varchar) not in ('
                ~ quoted | join(', ') ~ '))',
        ]) -%}
    {%- endfor -%}
    {%- for column, ends in between.items() -%}
        {%- do counts.append([
            column ~ ' is not between ' ~ ends[0] ~ ' and ' ~ ends[1],
            'count(*) filter (where ' ~ column ~ ' not between ' ~ ends[0] ~ ' and '
                ~ ends[1] ~ ')',
        ]) -%}
    {%- endfor -%}
    {%- if one_true is not none -%}
        {%- do counts.append([
            one_true ~ ' is not true in exactly one row',
            'abs(count(*) filter (where ' ~ one_true ~ ') - 1)',
        ]) -%}
    {%- endif -%}

    {#- A rule that is spelt wrong, or none, would pass whatever the rows are. -#}
    {%- if not counts -%}
        {%- do exceptions.raise_compiler_error('sound_rows of ' ~ table ~ ' has no rule') -%}
    {%- endif -%}

    select
        concat(
            {% for words, count in counts -%}
            case
                when {{ count }} > 0
                    then
                        {{ sql_text(table.identifier ~ ': ' ~ words) }}
                        || ' (' || {{ count }} || ') '
                else ''
            end
            {{- ',' if not loop.last }}
            {% endfor -%}
        ) as broken

    from {{ table }}
{%- endmacro %}
