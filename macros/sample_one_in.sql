{#-
    One row in how many to take so that about `wanted` rows of a relation remain: 1
    where it is smaller, or not built yet.
-#}
{% macro sample_one_in(relation, wanted) -%}
    {%- if not execute or load_relation(relation) is none -%} {{ return(1) }} {%- endif -%}
    {%- set rows = run_query('select count(*) from ' ~ relation) -%}
    {{ return([1, rows.columns[0][0] // wanted] | max) }}
{%- endmacro %}
