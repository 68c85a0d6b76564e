{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_expectation') }}

    where parameter in ('stopping_chance', 'stopping_weight')

),

nodes as (

    select
        days_before,
        {%- for node in range(1, 17) %}
        max(case
            when parameter = 'stopping_chance' and node = {{ node }}
                then parameter_value
        end) as chance_{{ node }},
        max(case
            when parameter = 'stopping_weight' and node = {{ node }}
                then parameter_value
        end) as weight_{{ node }},
        {%- endfor %}
        from_repeat_days

    from fitted

    group by
        days_before,
        from_repeat_days

),

with_range as (

    select
        *,
        lead(from_repeat_days) over (
            partition by days_before order by from_repeat_days
        ) as before_repeat_days

    from nodes

)

select * from with_range
