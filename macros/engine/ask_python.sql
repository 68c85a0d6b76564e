{#- An answer of Python's, text to text or none: see segmentation/answers.py. -#}
{% macro ask_python(name, question) -%}
    {%- if target.type == 'sparksession' -%}
    {{ return(adapter.ask_python(name, question)) }}
    {%- else -%}
    {{ return(
        run_query('select ' ~ name ~ '(' ~ sql_text(question) ~ ')').columns[0][0]
    ) }}
    {%- endif -%}
{%- endmacro %}
