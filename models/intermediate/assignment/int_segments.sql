with

fitted_segments as (

    select * from {{ ref('fitted_segments') }}

),

fitted_names as (

    select * from {{ ref('fitted_names') }}

),

special_segments as (

    select * from {{ ref('special_segments') }}

),

history as (

    select distinct segment_id from {{ ref('int_segment_history') }}

),

-- The clustered segments, and the special ones that have customers.
segments as (

    select
        fitted_segments.segment_id,
        fitted_names.segment_name,
        fitted_names.description,
        fitted_segments.segment_number,
        fitted_segments.segment_id <> 'unassigned' as is_clustered

    from fitted_segments

    inner join fitted_names
        on fitted_segments.segment_id = fitted_names.segment_id

    union all

    select
        special_segments.segment_id,
        special_segments.segment_name,
        special_segments.description,
        999 as segment_number,
        false as is_clustered

    from special_segments

    inner join history
        on special_segments.segment_id = history.segment_id

)

select * from segments
