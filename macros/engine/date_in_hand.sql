{#- The as-of date that is being built, a variable of the session: see date_by_date. -#}
{% macro date_in_hand() -%}
    {%- if target.type == 'sparksession' -%}
    session.date_in_hand
    {%- else -%}
    cast(getvariable('date_in_hand') as date)
    {%- endif -%}
{%- endmacro %}

{% macro take_date_in_hand(a_date) -%}
    {%- if target.type == 'sparksession' -%}
        {%- do run_query(
            "declare or replace variable date_in_hand date default date '" ~ a_date ~ "'"
        ) -%}
    {%- else -%}
        {%- do run_query("set variable date_in_hand = date '" ~ a_date ~ "'") -%}
    {%- endif -%}
{%- endmacro %}
