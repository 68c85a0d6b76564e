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
            'feature', 'category_value', 'log_offset', 'fill_value', 'lower_bound',
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
    One dimension of the model from a row of features: its logarithm where skewed,
    winsorised, standardised. A category is 1 or 0.
-#}
{% macro dimension(step) -%}
    {%- set column = adapter.quote(step.feature) -%}
    {%- if step.category_value is not none -%}
        {%- set raw -%}
            case
                when {{ column }} = {{ sql_text(step.category_value) }} then 1.0
                when {{ column }} is not null then 0.0
            end
        {%- endset -%}
    {%- else -%}
        {%- set raw = 'cast(' ~ column ~ ' as double)' -%}
    {%- endif -%}
    {%- set filled = 'coalesce(' ~ raw ~ ', ' ~ double_literal(step.fill_value) ~ ')' -%}
    {%- set transformed = filled if step.log_offset is none
        else 'ln(' ~ double_literal(step.log_offset) ~ ' + greatest(' ~ filled ~ ', 0))' -%}
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
    {%- for step in fitted_steps() -%} {%- do expressions.append(dimension(step)) -%} {%- endfor -%}
    {{ return(expressions) }}
{%- endmacro %}
