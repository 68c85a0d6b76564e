{#-
    From here on DuckDB reads the files the vars name and writes below the build
    folder, nothing else: no var, model or extension can undo it. The order matters:
    each of these closes the door on the one before.
-#}
{% macro lock_engine() -%}
    {#- What Spark may use and read is set where it runs, not by a build. -#}
    {%- if execute and target.type != 'sparksession' -%}
        {%- set values = tojson([var('transactions'), var('customers')]) -%}
        {%- set answer = ask_python('segmentation_readable_paths', values) -%}
        {%- do size_engine() -%}
        {%- do allow_only(fromjson(answer)) -%}
    {%- endif -%}
{%- endmacro %}

{#- What is not set stays as the engine has it. -#}
{% macro size_engine() -%}
    {%- for name in ['memory_limit', 'threads', 'temp_directory']
        if var(name) is not none -%}
        {%- do run_query('set ' ~ name ~ ' = ' ~ sql_text(var(name) | string)) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro allow_only(readable_paths) -%}
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
