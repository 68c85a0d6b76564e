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
        'select ' ~ as_json(ordered_list('struct_pack(' ~ values | join(', ') ~ ')', order_by))
        ~ ' from ' ~ relation ~ ' where ' ~ condition
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

{#- The segments in the order that settles ties: id, and weights and offset of each prototype. -#}
{% macro fitted_prototypes() -%}
    {{ return(fitted_rows(
        ref('fitted_segments'),
        ['segment_id', 'prototype_weights', 'prototype_offsets'],
        'len(prototype_offsets) > 0',
        'segment_number'
    )) }}
{%- endmacro %}

{#- How margins become confidence: knots and heights of a line, in rising order. -#}
{% macro fitted_calibration() -%}
    {%- set rows = fitted_rows(
        ref('fitted_candidates'),
        ['calibration_margins', 'calibration_confidences'],
        'is_selected',
        'algorithm'
    ) -%}
    {{ return(rows[0] if rows else
        {'calibration_margins': [], 'calibration_confidences': []}) }}
{%- endmacro %}

{#- The fitted model as one short text: another model, another text. -#}
{% macro fitted_fingerprint() -%}
    {%- if execute -%}
        {{ local_md5(tojson([fitted_steps(), fitted_prototypes(), fitted_calibration()])) }}
    {%- endif -%}
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

{#- Names of the columns that hold the dimensions. -#}
{% macro dimension_names(steps) -%}
    {%- set names = [] -%}
    {%- for step in steps -%} {%- do names.append('x_' ~ loop.index) -%} {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- How well a prototype fits: weights times coordinates plus offset. -#}
{% macro prototype_score(weights, score_offset) -%}
    0
    {%- for weight in weights %}
        + x_{{ loop.index }} * {{ double_literal(weight) }}
    {%- endfor %}
        + {{ double_literal(score_offset) }}
{%- endmacro %}

{#- The largest of some expressions; of one, itself. Nulls are passed over. -#}
{% macro largest(expressions) -%}
    {{ expressions[0] if expressions | length == 1
        else 'greatest(' ~ expressions | join(', ') ~ ')' }}
{%- endmacro %}

{#-
    The calibration's line at a margin: constant beyond the ends; 1 where there is
    nothing to compare with.
-#}
{% macro calibrated(margin, calibration) -%}
    {%- set knots = calibration.calibration_margins -%}
    {%- set heights = calibration.calibration_confidences -%}
    {%- if not knots -%} {{ return('1.0') }} {%- endif -%}
    case
            when {{ margin }} is null then 1.0
            when {{ margin }} < {{ double_literal(knots[0]) }}
                then {{ double_literal(heights[0]) }}
            {%- for knot in knots[1:] %}
            when {{ margin }} < {{ double_literal(knot) }}
                then
                    {{ double_literal(heights[loop.index0]) }}
                    + ({{ double_literal(heights[loop.index]) }}
                        - {{ double_literal(heights[loop.index0]) }})
                    * ({{ margin }} - {{ double_literal(knots[loop.index0]) }})
                    / ({{ double_literal(knot) }}
                        - {{ double_literal(knots[loop.index0]) }})
            {%- endfor %}
            else {{ double_literal(heights[-1]) }}
        end
{%- endmacro %}

{#- How far in score another segment must be ahead before a customer moves to it. -#}
{% macro hysteresis_reach(calibration) -%}
    {%- set margins = calibration.calibration_margins | sort -%}
    {%- if not margins -%} {{ return('cast(null as double)') }} {%- endif -%}
    {%- set lower = margins[(margins | length - 1) // 2] -%}
    {%- set upper = margins[margins | length // 2] -%}
    {{ var('hysteresis_margin_share') }}
        * {{ double_literal(lower + (upper - lower) * 0.5) }}
{%- endmacro %}

{#- How sure one is who stands on the border. -#}
{% macro least_confidence(calibration) -%}
    {%- set heights = calibration.calibration_confidences -%}
    {{ double_literal(heights[0]) if heights else 'cast(null as double)' }}
{%- endmacro %}
