with

input_quality as (

    select * from {{ ref('int_input_quality') }}

),

model_quality as (

    select * from {{ ref('int_model_quality') }}

),

time_quality as (

    select * from {{ ref('int_time_quality') }}

),

control_totals as (

    select * from {{ ref('int_control_totals') }}

),

data_quality as (

    {% for checks in ['input_quality', 'model_quality', 'time_quality'] %}
    select
        check_name,
        rows_checked,
        rows_failed,
        verdict,
        detail

    from {{ checks }}

    union all

    {% endfor %}
    select
        check_name,
        0 as rows_checked,
        0 as rows_failed,
        case
            when is_within is null then 'info'
            when is_within then 'pass'
            else 'fail'
        end as verdict,
        detail

    from control_totals

)

select
    check_name,
    cast(rows_checked as bigint) as rows_checked,
    cast(rows_failed as bigint) as rows_failed,
    verdict,
    detail

from data_quality
