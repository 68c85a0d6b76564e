{#-
    Without transactions the customer table itself is clustered. These macros say which
    columns that is, and stand in for the dates such a table does not have.
-#}

{#- Whether there are orders; else the attributes of customers are clustered. -#}
{% macro has_transactions() -%}
    {{ return(var('transactions') is not none) }}
{%- endmacro %}

{#-
    Names of the customer table's columns besides the key; none while parsing. Consent
    and contact columns say what may be sent, and where: they are no attributes.
-#}
{% macro customer_attributes(only_attributes=true) -%}
    {%- set names = [] -%}
    {%- set left_out = ['customer_id'] -%}
    {%- if execute -%}
        {%- if only_attributes -%}
            {%- do left_out.append((var('consent_column') or '') | lower) -%}
            {%- for name in var('contact_columns').values() -%}
                {%- do left_out.append(name | lower) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- for column in adapter.get_columns_in_relation(ref('stg_customers')) -%}
            {%- if column.name | lower not in left_out -%}
                {%- do names.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}

{#-
    The columns that are clustered on, as {name, kind}: features of orders are numeric.
    An attribute is numeric where every value reads as a number and there are more than
    `attribute_codes_maximum` different ones (fewer are codes), else categorical.
-#}
{% macro clustered_columns() -%}
    {%- set columns = [] -%}
    {%- if has_transactions() -%}
        {%- for name in var('segment_features') -%}
            {%- do columns.append({'name': name, 'kind': 'numeric'}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for name in customer_attributes() -%}
            {%- do columns.append({'name': name, 'kind': attribute_kind(name)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}

{#- 'numeric' or 'categorical': see clustered_columns. -#}
{% macro attribute_kind(name) -%}
    {%- set column = adapter.quote(name) -%}
    {%- set counts = run_query(
        'select count(' ~ column ~ '), count(try_cast(' ~ column ~ ' as double)), '
        ~ 'count(distinct ' ~ column ~ ') from ' ~ ref('stg_customers')
    ).rows[0] -%}
    {%- if counts[0] == counts[1] and counts[2] > var('attribute_codes_maximum') -%}
        {{ return('numeric') }}
    {%- endif -%}
    {{ return('categorical') }}
{%- endmacro %}

{#- The date attributes are taken at: var as_of_date, else a stand-in that no one sees. -#}
{% macro attribute_date() -%}
    cast('{{ var("as_of_date") or "1970-01-01" }}' as date)
{%- endmacro %}

{#- A date as published: null where it is only a stand-in. -#}
{% macro published_date(a_date) -%}
    {%- if has_transactions() or var('as_of_date') is not none -%}
        {{ a_date }}
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro %}
