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

data_quality as (

    select
        check_name,
        rows_checked,
        rows_failed,
        verdict,
        detail

    from input_quality

    union all

    select
        check_name,
        rows_checked,
        rows_failed,
        verdict,
        detail

    from model_quality

    union all

    select
        check_name,
        rows_checked,
        rows_failed,
        verdict,
        detail

    from time_quality

)

select
    check_name,
    cast(rows_checked as bigint) as rows_checked,
    cast(rows_failed as bigint) as rows_failed,
    verdict,
    detail

from data_quality
