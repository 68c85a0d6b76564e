{#-
    A text that Python answers with, or none: see
    segmentation/engines/macro_functions.py.
-#}
{% macro ask_python(name, question) -%}
    {%- if target.type == 'sparksession' -%}
    {{ return(adapter.ask_python(name, question)) }}
    {%- else -%}
    {{ return(
        run_query('select ' ~ name ~ '(' ~ sql_text(question) ~ ')').columns[0][0]
    ) }}
    {%- endif -%}
{%- endmacro %}
