{#- A text as a time, by the first of strptime's formats that it is written in. -#}
{% macro time_written(column, formats) -%}
    {%- if target.type == 'sparksession' -%}
    {%- set letters = {
        '%Y': 'yyyy', '%y': 'yy', '%m': 'M', '%d': 'd', '%H': 'H', '%I': 'h', '%M': 'm',
        '%S': 's', '%f': 'SSSSSS', '%p': 'a', '%b': 'MMM', '%B': 'MMMM', '%%': '%',
    } -%}
    coalesce(
            {%- for one in formats %}
            {%- set java = [] -%}
            {%- for part in modules.re.findall('%.|[A-Za-z]+|[^%A-Za-z]+', one) -%}
                {%- do java.append(
                    letters[part] if part in letters
                    else "''" ~ part ~ "''" if modules.re.match('[A-Za-z]', part)
                    else part
                ) -%}
            {%- endfor %}
            cast(try_to_timestamp({{ column }}, '{{ java | join }}') as timestamp)
            {{- ", " if not loop.last }}
            {%- endfor %}
        )
    {%- else -%}
    try_strptime(
                {{ column }},
                [{% for one in formats %}{{ sql_text(one) }}
                {{- ", " if not loop.last }}{% endfor %}]
            )
    {%- endif -%}
{%- endmacro %}
