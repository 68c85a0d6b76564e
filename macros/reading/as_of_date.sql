{#-
    The newest of the as-of dates, written out, so that an engine reads its rows alone.
    Before there are any (compile, docs, unit tests) it is asked for.
-#}
{% macro newest_date(as_of_dates) -%}
    {%- if execute and load_relation(as_of_dates) is not none -%}
        {%- set newest = run_query('select max(as_of_date) from ' ~ as_of_dates).columns[0][0] -%}
    {%- endif -%}
    {%- if newest -%} cast('{{ newest }}' as date)
    {%- else -%} (select max(as_of_date) from {{ as_of_dates }})
    {%- endif -%}
{%- endmacro %}

{#-
    The project as it is: its SQL, seeds and settings, and the vars of this call. What
    was built from another state is built again.
-#}
{% macro project_fingerprint() -%}
    {%- if execute -%}
        {{ return(ask_python(
            'segmentation_project',
            tojson(dates_as_text(invocation_args_dict.get('vars', {})), sort_keys=true)
        )) }}
    {%- endif -%}
{%- endmacro %}
