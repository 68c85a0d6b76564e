{#-
    Vars are pasted into SQL, so each is checked to be what it says before any model
    is compiled; those that describe the input are checked by check_inputs.
-#}
{% macro check_vars() -%}
    {%- set numbers = [
        'feature_window_months', 'history_months', 'shrinkage_orders',
        'attribute_values_maximum', 'at_risk_r_score', 'smallest_segment_share',
        'smallest_segment_customers', 'smallest_segment_share_of_few',
        'stable_jaccard', 'rule_precision_minimum', 'assignment_agreement_minimum',
        'left_out_share_warning', 'left_out_share_maximum', 'left_out_rows_tolerated',
        'control_tolerance',
        'source_rows_fall_maximum', 'source_rows_rise_maximum', 'minimum_cell_size',
    ] -%}
    {%- for name in numbers if not is_plain_number(var(name)) -%}
        {%- do stop_at_var(name, var(name), 'a number that is not negative') -%}
    {%- endfor -%}
    {%- if var('rfm_window_months') is not none
        and not is_plain_number(var('rfm_window_months')) -%}
        {%- do stop_at_var('rfm_window_months', var('rfm_window_months'),
            'a number of months, or null for all history') -%}
    {%- endif -%}
    {%- set bands = var('frequency_bands') -%}
    {%- if bands is string or bands is not sequence or bands | length != 4
        or bands | reject('integer') | list or bands != bands | sort -%}
        {%- do stop_at_var('frequency_bands', bands, 'four whole numbers that rise') -%}
    {%- endif -%}
    {%- set features = var('segment_features') -%}
    {%- if features is string or features is not sequence or not features -%}
        {%- do stop_at_var('segment_features', features, 'a list of features') -%}
    {%- endif -%}
    {%- for feature in features
        if not modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*', feature | string) -%}
        {%- do stop_at_var('segment_features', feature, 'names of columns') -%}
    {%- endfor -%}
{%- endmacro %}

{% macro is_plain_number(value) -%}
    {{ return(value is number and value is not boolean and value >= 0) }}
{%- endmacro %}

{% macro stop_at_var(name, value, wanted) -%}
    {%- do exceptions.raise_compiler_error(
        'The var ' ~ name ~ " cannot be '" ~ value ~ "'.\n  wanted: " ~ wanted
        ~ '\n  next:   correct ' ~ name ~ ' in dbt_project.yml or --vars'
    ) -%}
{%- endmacro %}

{#-
    From here on DuckDB reads the files the vars name and writes below the build
    folder, nothing else: no var, model or extension can undo it. The order matters:
    each of these closes the door on the one before.
-#}
{% macro lock_engine() -%}
    {%- if execute -%}
        {%- set values = tojson([var('transactions'), var('customers')]) -%}
        {%- set answer = ask_python('segmentation_readable_paths', values) -%}
        {%- do adapter.dispatch('size_engine')() -%}
        {%- do adapter.dispatch('allow_only')(fromjson(answer)) -%}
    {%- endif -%}
{%- endmacro %}

{#- What is not set stays as the engine has it. -#}
{% macro default__size_engine() -%}
    {%- for name in ['memory_limit', 'threads', 'temp_directory']
        if var(name) is not none -%}
        {%- do run_query('set ' ~ name ~ ' = ' ~ sql_text(var(name) | string)) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro default__allow_only(readable_paths) -%}
    {%- set paths = [] -%}
    {%- for path in readable_paths -%}
        {%- do paths.append(sql_text(path)) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed' -%}
        {%- do paths.append(
            sql_text(node.root_path ~ '/' ~ node.original_file_path)
        ) -%}
    {%- endfor -%}
    {%- set home = modules.re.sub('[^/]*$', '', target.path) -%}
    {%- do run_query('set allowed_paths = [' ~ paths | join(', ') ~ ']') -%}
    {%- do run_query('set allowed_directories = [' ~ sql_text(home) ~ ']') -%}
    {%- do run_query('set enable_external_access = false') -%}
    {%- do run_query('set lock_configuration = true') -%}
{%- endmacro %}

{#- One row, the rows of the source at the last release of the same source; or none. -#}
{% macro last_release(source_var) -%}
    {%- set found = none -%}
    {%- if execute -%}
        {%- set answer = ask_python(
            'segmentation_last_release', tojson(var(source_var))
        ) -%}
        {%- set found = fromjson(answer).get('source_rows') -%}
    {%- endif -%}
    select cast({{ 'null' if found is none else found }} as bigint) as row_count
    where {{ 'false' if found is none else 'true' }}
{%- endmacro %}
