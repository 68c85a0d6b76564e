{#- The as-of date that is being built, a variable of the session: see date_by_date. -#}
{% macro date_in_hand() -%}
    {{ return(adapter.dispatch('date_in_hand')()) }}
{%- endmacro %}

{% macro default__date_in_hand() -%}
    cast(getvariable('date_in_hand') as date)
{%- endmacro %}

{% macro spark__date_in_hand() -%}
    session.date_in_hand
{%- endmacro %}

{% macro take_date_in_hand(a_date) -%}
    {%- do adapter.dispatch('take_date_in_hand')(a_date) -%}
{%- endmacro %}

{% macro default__take_date_in_hand(a_date) -%}
    {%- do run_query("set variable date_in_hand = date '" ~ a_date ~ "'") -%}
{%- endmacro %}

{% macro spark__take_date_in_hand(a_date) -%}
    {%- do run_query(
        "declare or replace variable date_in_hand date default date '" ~ a_date ~ "'"
    ) -%}
{%- endmacro %}
