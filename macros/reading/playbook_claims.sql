{#-
    The claims of seeds/playbook.csv by action_id, each a condition on columns of
    customer_segments: read when a test is compiled, as SQL cannot run what a row says.
-#}
{% macro playbook_claims() -%}
    {%- set seed = ref('playbook') -%}
    {%- set claims = {} -%}
    {%- if execute and load_relation(seed) is not none -%}
        {%- set query -%}
            select action_id, claim from {{ seed }} order by action_id
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do claims.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(claims) }}
{%- endmacro %}
