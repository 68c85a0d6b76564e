{#-
    To take one in how many, so that between `wanted` and twice as many remain of those
    that a relation counts: a power of two, which a few more do not change; 1 where there
    are fewer, or none are counted yet (the rows of a unit test are no table).
-#}
{% macro sample_one_in(relation, count, wanted) -%}
    {%- set found = {'one_in': 1} -%}
    {%- if execute and relation.schema and load_relation(relation) is not none -%}
        {%- set rows = run_query(
            'select ' ~ count ~ ' from ' ~ relation
        ).columns[0][0] or 0 -%}
        {%- for _ in range(40) if rows >= 2 * found.one_in * wanted -%}
            {%- do found.update(one_in=2 * found.one_in) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.one_in) }}
{%- endmacro %}

{#-
    True for about one key in `one_in`, the same keys on every engine: those whose MD5
    begins with the smallest 32 bits. A larger sample holds the smaller.
-#}
{% macro is_in_sample(key, one_in) -%}
    {%- if one_in == 1 -%}
        {{ key }} is not null
    {%- else -%}
        md5({{ key }}) < '{{ '%08x' % (2 ** 32 // one_in) }}'
    {%- endif -%}
{%- endmacro %}
