{#- A time without an offset, from one time zone to another. -#}
{% macro moved_to_zone(moment, from_zone, to_zone) -%}
    {%- if target.type == 'sparksession' -%}
    convert_timezone({{ sql_text(from_zone) }}, {{ sql_text(to_zone) }}, {{ moment }})
    {%- else -%}
    timezone(
            {{ sql_text(to_zone) }},
            {#- The same as timezone('UTC', ...), in half the time. -#}
            {{ 'make_timestamptz(epoch_us(' ~ moment ~ '))' if from_zone == 'UTC'
                else 'timezone(' ~ sql_text(from_zone) ~ ', ' ~ moment ~ ')' }}
        )
    {%- endif -%}
{%- endmacro %}
