{{ config(materialized='ephemeral') }}

with

fitted as (

    select * from {{ ref('fitted_spend') }}

),

factors as (

    select
        origin_days_before,
        {%- for ingredient in ['model', 'recent', 'prior'] %}
        max(case
            when correction = 'mix' and group_name = '{{ ingredient }}_spend'
                then correction_value
        end) as {{ ingredient }}_weight,
        {%- endfor %}
        {%- for lifecycle in ['new', 'due', 'overdue', 'lapsed'] %}
        max(case
            when correction = 'state' and group_name = '{{ lifecycle }}'
                then correction_value
        end) as {{ lifecycle }}_factor,
        {%- endfor %}
        max(case when correction = 'mix' then 1 else 0 end) = 1 as has_mix,
        max(case when correction = 'state' then 1 else 0 end) = 1 as has_factors

    from fitted

    group by origin_days_before

)

select * from factors
