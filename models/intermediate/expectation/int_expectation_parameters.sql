{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_expectation') }}

),

parameters as (

    select
        days_before,
        {% for name in ['r', 'alpha', 'a', 'b', 'p', 'q', 'v'] -%}
        max(case when parameter = '{{ name }}' then parameter_value end)
            as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from fitted

    group by days_before

)

select * from parameters
