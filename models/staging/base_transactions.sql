{#- `make check` reads its rows from the files once; a build streams them. -#}
{{ config(materialized='view' if var('check_rows') is none else 'table') }}
{% set source = described_source('transactions') %}
{% set names = transaction_column_names() %}
{% set sample = ref('sample_transactions') if var('transactions') == 'sample' %}

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
    from {{ sample or part.relation }}

    {{ "union all" if not loop.last }}

    {% else %}
    -- noqa: disable=LT02
    select
        cast(null as varchar) as source_file,
        false as has_surplus,
        {% for name in names %}
        cast(null as varchar) as {{ name }}{{ "," if not loop.last }}
        {% endfor %}
    where false
    {% endfor %}

)

-- The row's position in the source, where copies or the lines of an order are told apart
-- by it, or rows are held against others, which takes them out of their order. Otherwise
-- only rows that are left out get one (rejected_transactions), so that
-- files nobody asked for are not read: DuckDB reads every file where rows are numbered.
select
    *,
    {{ row_position() if var('drop_exact_duplicates') or source.order_wide
        or source.files or source.undoes_lines
        else 'cast(null as bigint)' }} as source_row

from source_rows
{% if var('check_rows') is not none %}
limit {{ var('check_rows') }}
{% endif %}
