{#-
    The column of the customer table that holds consent, as the table spells it; stops
    the build where there is no such column: a consent that is not read is ignored.
-#}
{% macro consent_column() -%}
    {%- set wanted = var('consent_column') -%}
    {%- if not execute -%} {{ return(adapter.quote(wanted)) }} {%- endif -%}
    {%- set found = customer_attributes(with_consent=true) -%}
    {%- for name in found -%}
        {%- if name | lower == wanted | lower -%}
            {{ return(adapter.quote(name)) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do exceptions.raise_compiler_error(
        'There is no consent column.\n'
        ~ '  wanted: ' ~ wanted ~ ', a column of the customer table\n'
        ~ '  found:  ' ~ (found | join(', ') or 'no customer table') ~ '\n'
        ~ '  next:   set customers and consent_column; where customer_columns lists '
        ~ 'attributes, add the column to them'
    ) -%}
{%- endmacro %}
