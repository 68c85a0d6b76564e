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

{#- The steps of the preprocessing, in the order of the model's dimensions. -#}
{% macro fitted_steps() -%}
    {{ return(fitted_rows(
        ref('fitted_features'),
        [
            'feature', 'category_value', 'evidence_column', 'prior_feature', 'prior_value',
            'prior_events', 'value_cap', 'log_offset', 'fill_value', 'lower_bound',
            'upper_bound', 'mean', 'standard_deviation', 'scale_weight',
        ],
        'is_used',
        'position'
    )) }}
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

{#-
    One dimension of the model from a row of features: pulled to everybody's by what it
    rests on, capped, its logarithm, winsorised, standardised. A category is 1 or 0.
-#}
{% macro dimension(step, steps) -%}
    {%- set column = adapter.quote(step.feature) -%}
    {%- if step.category_value is not none -%}
        {%- set raw -%}
            case
                when {{ column }} = {{ sql_text(step.category_value) }} then 1.0
                when {{ column }} is not null then 0.0
            end
        {%- endset -%}
    {%- else -%}
        {%- set raw = shrunk(step, steps) -%}
    {%- endif -%}
    {%- set filled = 'coalesce(' ~ raw ~ ', ' ~ double_literal(step.fill_value) ~ ')' -%}
    {%- if step.value_cap is not none -%}
        {%- set filled = 'least(' ~ filled ~ ', ' ~ double_literal(step.value_cap) ~ ')' -%}
    {%- endif -%}
    {%- set transformed = filled if step.log_offset is none
        else 'ln(greatest(' ~ double_literal(step.log_offset) ~ ' + greatest(' ~ filled
            ~ ', 0), 1e-9))' -%}
    {{ double_literal(step.scale_weight) }} * (
            least(
                greatest({{ transformed }}, {{ double_literal(step.lower_bound) }}),
                {{ double_literal(step.upper_bound) }}
            ) - {{ double_literal(step.mean) }}
        ) / {{ double_literal(step.standard_deviation) }}
{%- endmacro %}

{#- The dimensions of the model in their order, as expressions over its features. -#}
{% macro fitted_dimensions() -%}
    {%- set expressions = [] -%}
    {%- set steps = fitted_steps() -%}
    {%- for step in steps -%}
        {%- do expressions.append(dimension(step, steps)) -%}
    {%- endfor -%}
    {{ return(expressions) }}
{%- endmacro %}
