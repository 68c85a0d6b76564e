{#- `make check` reads its rows from the files once; a build streams them. -#}
{{ config(materialized='view' if var('check_rows') is none else 'table') }}
{% set source = transactions_source() %}
{% set names = transaction_column_names() %}

with

source_rows as (

    {% for part in source.parts %}
    select
        {{ part.source_file or 'cast(null as varchar)' }} as source_file,
        {{ part.surplus or 'null' }} is not null as has_surplus,
        {% for name in names %}
        {{ part.columns[name] or 'cast(null as varchar)' }} as {{ name }}
        {{- "," if not loop.last }}
        {% endfor %}
    from {{ part.relation }}

    {{ "union all" if not loop.last }}

    {% else %}
    select
        cast(null as varchar) as source_file,
        false as has_surplus,
        {{ null_columns(names) }}
    where false
    {% endfor %}

)

-- The row's position in the source, where copies are told apart by it. Otherwise only
-- rows that are left out get one, so that files nobody asked for are not read.
select
    *,
    {{ row_position() if needs_position(source) else 'cast(null as bigint)' }}
        as source_row

from source_rows
{% if var('check_rows') is not none %}
limit {{ var('check_rows') }}
{% endif %}
