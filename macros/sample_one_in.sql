{#-
    One row in how many to take so that `wanted` to twice as many rows remain of those
    that were counted: a power of two, that a few rows more do not change; 1 where there
    are fewer, or nothing is counted yet.
-#}
{% macro sample_one_in(source_months, wanted) -%}
    {%- set found = {'one_in': 1} -%}
    {%- if execute and load_relation(source_months) is not none -%}
        {%- set rows = run_query(
            'select sum(row_count) from ' ~ source_months
        ).columns[0][0] or 0 -%}
        {%- for _ in range(40) if rows >= 2 * found.one_in * wanted -%}
            {%- do found.update(one_in=2 * found.one_in) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.one_in) }}
{%- endmacro %}
