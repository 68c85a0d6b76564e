{#-
    Inside another dbt project the profile and the flags are that project's: it has to
    load our package and our plugin, and where a model of its own is called as one of
    ours, ours must be what our models read. The first hook of a build, as all others ask
    Python.
-#}
{% macro check_profile() -%}
    {%- if execute and target.type != 'sparksession' -%}
        {%- set is_loaded = target.type == 'duckdb' and run_query(
            "select 1 from duckdb_functions() where function_name = 'segmentation_settings'"
        ).rows | length -%}
        {%- if not is_loaded -%}
            {%- do exceptions.raise_compiler_error(
                'The profile does not load customer_segmentation.\n'
                ~ '  wanted: an output of type duckdb with our package and our plugin\n'
                ~ '  found:  type ' ~ target.type ~ ' in profile ' ~ target.profile_name
                ~ ', target ' ~ target.name ~ ', without them\n'
                ~ '  next:   add these lines to it in profiles.yml\n'
                ~ '      module_paths: ["dbt_packages/customer_segmentation/python_models"]\n'
                ~ '      plugins:\n'
                ~ '        - module: segmentation.engines.duckdb_plugin'
            ) -%}
        {%- endif -%}
        {%- set mistaken = read_by_mistake() -%}
        {%- if mistaken -%}
            {%- do exceptions.raise_compiler_error(
                'Models of ' ~ project_name ~ ' are called as ours are.\n'
                ~ '  wanted: our models to read our own\n'
                ~ '  found:  they would read ' ~ mistaken | join(', ') ~ '\n'
                ~ '  next:   add these lines to dbt_project.yml\n'
                ~ '      flags:\n'
                ~ '        require_ref_searches_node_package_before_root: true'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Nodes of another project that ours depend on, but for those that a var names. -#}
{% macro read_by_mistake() -%}
    {%- set named = [] -%}
    {%- for input in ['transactions', 'customers', 'campaigns', 'contacts']
        if is_model(var(input)) -%}
        {%- do named.append(var(input)[4:].split('.')[-1]) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.package_name == 'customer_segmentation' -%}
        {%- for id in node.depends_on.nodes -%}
            {%- set parts = id.split('.') -%}
            {%- if parts[1] != 'customer_segmentation' and parts[2] not in named
                and parts[2] not in found -%}
                {%- do found.append(parts[2]) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}
