with

checks as (

    {% for family in ['rows', 'orders', 'money', 'customers', 'dates', 'notes'] %}
    select
        check_name,
        rows_checked,
        rows_failed,
        verdict,
        detail

    from {{ ref('int_input_' ~ family) }}

    {{ "union all" if not loop.last }}

    {% endfor %}
)

select
    cast(check_name as varchar) as check_name,
    cast(rows_checked as bigint) as rows_checked,
    cast(rows_failed as bigint) as rows_failed,
    cast(verdict as varchar) as verdict,
    cast(detail as varchar) as detail

from checks
{% if not has_transactions() %}

-- Checks of orders say nothing about a table without orders.
where rows_checked <> 0
{% endif %}
