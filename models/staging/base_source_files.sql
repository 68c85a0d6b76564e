-- depends_on: {{ ref('erased_customers') }}
-- depends_on: {{ ref('exclusion_rules') }}
-- A source that is not files (a table, the demo data) is one part, which is always
-- read.
{% for file in source_files() or [{'path': none, 'fingerprint': none}] %}
select
    cast({{ 'null' if file.path is none else sql_text(file.path) }} as varchar)
        as source_file,
    cast(
        {{ 'null' if file.fingerprint is none else sql_text(file.fingerprint) }}
        as varchar
    ) as fingerprint
{{ "union all" if not loop.last }}
{% endfor %}
