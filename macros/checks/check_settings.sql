{#-
    Every var is read once, before any model is built: vars are pasted into SQL, so each
    must be what it says. What it may be stands in segmentation/preparing/settings.py;
    what was read stays with Python, for its models.
-#}
{% macro check_settings() -%}
    {%- if execute -%}
        {%- set values = {} -%}
        {%- for name in fromjson(ask_python('segmentation_setting_names', '')) -%}
            {%- do values.update({name: var(name)}) -%}
        {%- endfor -%}
        {%- set answer = ask_python('segmentation_settings', tojson({
            'values': dates_as_text(values),
            'given': invocation_args_dict.get('vars', {}) | list
                if project_name == 'customer_segmentation' else [],
        })) -%}
        {%- if fromjson(answer).problem -%}
            {%- do exceptions.raise_compiler_error(fromjson(answer).problem) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- YAML reads 2024-12-31 as a date unless it is quoted; JSON has none. -#}
{% macro dates_as_text(values) -%}
    {%- set found = {} -%}
    {%- for name, value in values.items() -%}
        {%- do found.update(
            {name: value.isoformat() if value.isoformat is defined else value}
        ) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
