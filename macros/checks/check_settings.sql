{#-
    Every var is read once, before any model is built: vars are pasted into SQL, so each
    must be what it says. What it may be stands in segmentation/preparing/settings.py;
    what was read stays with Python, for its models.
-#}
{% macro check_settings() -%}
    {%- if execute -%}
        {%- set values = {} -%}
        {%- for name in fromjson(ask_python('segmentation_setting_names', '')) -%}
            {%- set value = var(name) -%}
            {#- YAML reads 2024-12-31 as a date unless it is quoted; JSON has none. -#}
            {%- do values.update(
                {name: value.isoformat() if value.isoformat is defined else value}
            ) -%}
        {%- endfor -%}
        {%- set answer = ask_python('segmentation_settings', tojson({
            'values': values, 'given': invocation_args_dict.get('vars', {}) | list,
        })) -%}
        {%- do raise_problem(fromjson(answer)) -%}
    {%- endif -%}
{%- endmacro %}
