{{ config(severity='warn') }}
-- A warning, not a stop: segments also have to be told apart and acted on. Judged on
-- what customers did after a date the groups did not know (segment_usefulness).
with

usefulness as (

    select * from {{ ref('segment_usefulness') }}

),

compared as (

    select
        outcome,
        max(explained_variance) filter (where method = 'segments') as of_segments,
        max(explained_variance) filter (where method = 'rfm_quintiles') as of_rfm

    from usefulness

    group by outcome

)

select * from compared

where of_segments < of_rfm
