{{ config(materialized='ephemeral') }}
with

segments as (

    select * from {{ ref('int_segments') }}

),

registry as (

    select * from {{ ref('fitted_registry') }}

),

special_segments as (

    select * from {{ ref('special_segments') }}

),

-- Names in use, then the last names of segments that no longer exist.
all_names as (

    select
        segment_id,
        segment_name,
        1 as preference,
        cast(null as date) as as_of_date

    from segments

    union all

    select
        segment_id,
        segment_name,
        2 as preference,
        as_of_date

    from registry

    union all

    select
        segment_id,
        segment_name,
        3 as preference,
        cast(null as date) as as_of_date

    from special_segments

),

ranked as (

    select
        segment_id,
        segment_name,
        row_number() over (
            partition by segment_id
            order by preference asc, as_of_date desc, segment_name asc
        ) as name_rank

    from all_names

)

select
    segment_id,
    segment_name

from ranked

where name_rank = 1
