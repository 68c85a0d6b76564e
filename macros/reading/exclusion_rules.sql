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
        {%- for row in run_query(query).rows if has_column(source, row[0]) -%}
            {%- set is_number = is_whole_number(source, row[0]) -%}
            {%- set values = [] -%}
            {%- for value in fromjson(row[3])
                if row[1] == 'regexp' or not is_number
                or modules.re.fullmatch('-?[0-9]+', value) -%}
                {%- do values.append(value) -%}
            {%- endfor -%}
            {%- if values -%}
                {%- do rules.append({
                    'condition': exclusion_condition(
                        'raw_ordered_at' if row[0] == 'ordered_at' else row[0], row[1],
                        values
                    ),
                    'reason': row[2],
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rules) }}
{%- endmacro %}

{#- What makes a text no customer id, as rules: condition and reason. -#}
{% macro unusable_ids(column) -%}
    {{ return([
        {
            'condition': 'length(' ~ column ~ ') > ' ~ var('longest_id'),
            'reason': 'customer id too long',
        },
        {
            'condition': 'contains(' ~ column ~ ', chr(0))',
            'reason': 'customer id with a NUL byte',
        },
        {
            'condition': is_spreadsheet_number(column),
            'reason': 'customer id damaged by a spreadsheet',
        },
    ]) }}
{%- endmacro %}

{#- Whether any of these rules holds for a row. -#}
{% macro holds_any(rules) -%}
    {%- for rule in rules -%}
        ({{ rule.condition }}){{ " or " if not loop.last }}
    {%- else -%}
        false
    {%- endfor -%}
{%- endmacro %}

{% macro exclusion_condition(field, match, values) -%}
    {%- if match == 'equals' -%}
        lower({{ field }}) in {{ sql_list(values) }}
    {%- else -%}
        {%- for value in values -%}
            {{ " or " if not loop.first }}
            {%- if match == 'regexp' -%}
                regexp_full_match({{ field }}, {{ sql_text(value) }})
            {%- else -%}
                {{ match }}(lower({{ field }}), {{ sql_text(value | lower) }})
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
