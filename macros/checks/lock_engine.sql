{#-
    From here on DuckDB reads the files the vars name and writes below the build
    folder, nothing else: no var, model or extension can undo it. The order matters: each
    of these closes the door on the one before. Inside another project the engine is that
    project's, and its models read what they like.
-#}
{% macro lock_engine() -%}
    {#- What Spark may use and read is set where it runs, not by a build. -#}
    {%- set values = tojson([
        var('transactions'), var('customers'), var('campaigns'), var('contacts')
    ]) -%}
    {%- if execute and project_name != 'customer_segmentation' -%}
        {#- The files are watched all the same. -#}
        {%- do ask_python('segmentation_readable_paths', values) -%}
    {%- elif execute and target.type != 'sparksession' -%}
        {#- What is not set stays as the engine has it. -#}
        {%- for name in ['memory_limit', 'threads', 'temp_directory']
            if var(name) is not none -%}
            {%- do run_query('set ' ~ name ~ ' = ' ~ sql_text(var(name) | string)) -%}
        {%- endfor -%}
        {%- set paths = [] -%}
        {%- for path in fromjson(ask_python('segmentation_readable_paths', values)) -%}
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
    {%- endif -%}
{%- endmacro %}
