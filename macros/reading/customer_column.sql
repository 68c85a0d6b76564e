{#-
    A column of the customer table that a var names, as the table spells it. Stops the
    build where there is no such column: a consent that is not read is ignored, and a
    list without addresses is no list.
-#}
{% macro customer_column(wanted, setting) -%}
    {%- if not execute -%} {{ return(adapter.quote(wanted)) }} {%- endif -%}
    {%- set found = customer_attributes(only_attributes=false) -%}
    {%- for name in found -%}
        {%- if name | lower == wanted | lower -%}
            {{ return(adapter.quote(name)) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do exceptions.raise_compiler_error(
        'The customer table has no column ' ~ wanted ~ '.\n'
        ~ '  wanted: the column that ' ~ setting ~ ' names\n'
        ~ '  found:  ' ~ (found | join(', ') or 'no customer table') ~ '\n'
        ~ '  next:   correct ' ~ setting ~ ', or set customers; where customer_columns '
        ~ 'lists attributes, add the column to them'
    ) -%}
{%- endmacro %}
