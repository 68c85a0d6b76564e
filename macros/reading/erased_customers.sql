{#-
    True where an id belongs to a person who was erased (make erase): the seed
    erased_customers holds a salted digest of each id, never the id. Read when the
    model is compiled, so that it costs nothing where nobody was.
-#}
{% macro is_erased(column) -%}
    {%- set seed = ref('erased_customers') -%}
    {%- set tests = [] -%}
    {%- if execute and load_relation(seed) is not none -%}
        {%- set query -%}
            select salt, cast(to_json({{ ordered_list('customer_digest', 'customer_digest') }}) as varchar)
            from {{ seed }}
            group by salt
            order by salt
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do tests.append(
                'coalesce(sha256(' ~ sql_text(row[0]) ~ ' || ' ~ column ~ ') in '
                ~ sql_list(fromjson(row[1])) ~ ', false)'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return('(' ~ tests | join(' or ') ~ ')' if tests else 'false') }}
{%- endmacro %}
