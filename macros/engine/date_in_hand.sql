{#- The as-of date that is being built, a variable of the session: see date_by_date. -#}
{% macro date_in_hand() -%}
    {%- if target.type == 'sparksession' -%}
    session.date_in_hand
    {%- else -%}
    cast(getvariable('date_in_hand') as date)
    {%- endif -%}
{%- endmacro %}

{#- Where there are more to come, the heartbeat can tell which of them it is. -#}
{% macro take_date_in_hand(a_date, place=none, dates=none) -%}
    {%- if target.type == 'sparksession' -%}
        {%- do run_query(
            "declare or replace variable date_in_hand date default date '" ~ a_date ~ "'"
        ) -%}
    {%- elif place is none -%}
        {%- do run_query("set variable date_in_hand = date '" ~ a_date ~ "'") -%}
    {%- else -%}
        {%- set question = tojson({
            'model': model.name, 'date': a_date | string, 'place': place, 'dates': dates
        }) -%}
        {%- do run_query(
            'set variable date_in_hand = cast(segmentation_date_begun('
            ~ sql_text(question) ~ ') as date)'
        ) -%}
    {%- endif -%}
{%- endmacro %}
