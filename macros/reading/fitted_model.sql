{#-
    The fitted model in compiled SQL: its numbers are written out, so that an engine sees
    plain arithmetic on columns. They are read when a model is built, after the models
    that hold them; before these exist (compile, docs) there are none.
-#}

{#- Rows of a relation as a list of dictionaries: numbers to the last bit. -#}
{% macro fitted_rows(relation, columns, condition, order_by) -%}
    {%- if not execute or load_relation(relation) is none -%} {{ return([]) }} {%- endif -%}
    {%- set values = [] -%}
    {%- for column in columns -%} {%- do values.append(column ~ ' := ' ~ column) -%} {%- endfor -%}
    {%- set rows = run_query(
        'select cast(to_json('
        ~ ordered_list('struct_pack(' ~ values | join(', ') ~ ')', order_by)
        ~ ') as varchar) from ' ~ relation ~ ' where ' ~ condition
    ) -%}
    {{ return(fromjson(rows.columns[0][0] or '[]')) }}
{%- endmacro %}

{#- A number that is the same double in every engine. -#}
{% macro double_literal(value) -%}
    cast('{{ value }}' as double)
{%- endmacro %}

{#-
    A feature pulled to everybody's by the events it rests on; as it is where none are
    named. Everybody's is times another feature where the step says so.
-#}
{% macro shrunk(step, steps) -%}
    {%- set value = 'cast(' ~ adapter.quote(step.feature) ~ ' as double)' -%}
    {%- if step.evidence_column is none -%} {{ return(value) }} {%- endif -%}
    {%- set events = 'case when ' ~ value ~ ' is null then 0 else coalesce(cast('
        ~ step.evidence_column ~ ' as double), 0) end' -%}
    {%- set prior = [double_literal(step.prior_value), double_literal(step.prior_events)] -%}
    {%- for other in steps if other.feature == step.prior_feature -%}
        {%- do prior.append('(' ~ shrunk(other, steps) ~ ')') -%}
    {%- endfor -%}
    {{ return(
        '(coalesce(' ~ value ~ ', 0) * ' ~ events ~ ' + ' ~ prior | join(' * ')
        ~ ') / (' ~ events ~ ' + ' ~ prior[1] ~ ')'
    ) }}
{%- endmacro %}
