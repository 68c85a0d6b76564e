{#- The middle value; of an even number of amounts the mean, cut to the last digit. -#}
{% macro median_value(column) -%}
    {%- if target.type == 'sparksession' -%}
    {%- set middle = 'cast(median(' ~ column ~ ') as decimal(28, 6))' -%}
    case
        when typeof(max({{ column }})) like 'decimal%'
            then cast({{ middle }} - {{ middle }} % 0.01 as double)
        else median({{ column }})
    end
    {%- else -%}
    median({{ column }})
    {%- endif -%}
{%- endmacro %}
