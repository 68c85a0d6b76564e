{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_expectation') }}

),

parameters as (

    select
        {%- for name in ['r', 'alpha', 'a', 'b', 'p', 'q', 'v'] %}
        max(case when parameter = '{{ name }}' then parameter_value end) as {{ name }},
        {%- endfor %}
        days_before

    from fitted

    group by days_before

)

select * from parameters
