{#-
    The rules of seeds/exclusion_rules.csv that apply, as SQL conditions: read when the
    model is compiled, so that a rule is a literal and costs little per row. Rules with
    the same kind, column and reason become one list. A rule on words cannot hold for a
    column of whole numbers, or for one that is not mapped, and is left out.
-#}
{% macro exclusion_rules(source) -%}
    {%- set seed = ref('exclusion_rules') -%}
    {%- set rules = [] -%}
    {%- if execute and load_relation(seed) is not none -%}
        {%- set query -%}
            select field, match, reason, cast(to_json({{ ordered_list('value', 'value') }}) as varchar)
            from {{ seed }}
            where rule_set in {{ sql_list(var('exclusion_rule_sets')) }}
            group by field, match, reason
            order by reason, field, match
        {%- endset -%}
        {%- for row in run_query(query).rows if row[0] in source.types -%}
            {%- set is_number = is_whole_number(source, row[0]) -%}
            {%- set values = [] -%}
            {%- for value in fromjson(row[3])
                if row[1] == 'regexp' or not is_number
                or modules.re.fullmatch('-?[0-9]+', value) -%}
                {%- do values.append(value) -%}
            {%- endfor -%}
            {%- set field = 'raw_ordered_at' if row[0] == 'ordered_at' else row[0] -%}
            {%- set conditions = [] -%}
            {%- for value in values if row[1] == 'regexp' -%}
                {%- do conditions.append(
                    'regexp_full_match(' ~ field ~ ', ' ~ sql_text(value) ~ ')'
                ) -%}
            {%- endfor -%}
            {%- for value in values if row[1] not in ['regexp', 'equals'] -%}
                {%- do conditions.append(
                    row[1] ~ '(lower(' ~ field ~ '), ' ~ sql_text(value | lower) ~ ')'
                ) -%}
            {%- endfor -%}
            {%- if values and row[1] == 'equals' -%}
                {%- do conditions.append('lower(' ~ field ~ ') in ' ~ sql_list(values)) -%}
            {%- endif -%}
            {%- if conditions -%}
                {%- do rules.append({
                    'condition': conditions | join(' or '), 'reason': row[2],
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rules) }}
{%- endmacro %}
