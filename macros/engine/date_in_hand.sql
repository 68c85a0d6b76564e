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

{#- Whether a customer is in the part of them that is being built: see date_by_date. -#}
{% macro is_customer_in_hand(customer_id) -%}
    {%- if target.type == 'sparksession' -%}
    true
    {%- else -%}
    coalesce(
        hash({{ customer_id }}) % getvariable('customer_parts')
        = getvariable('customer_part'),
        true
    )
    {%- endif -%}
{%- endmacro %}

{% macro take_customers_in_hand(part, parts) -%}
    {%- if target.type != 'sparksession' -%}
        {%- do run_query('set variable customer_parts = ' ~ parts) -%}
        {%- do run_query('set variable customer_part = ' ~ part) -%}
    {%- endif -%}
{%- endmacro %}
