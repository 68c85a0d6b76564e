-- Each of the 25 cells has exactly one group; a gap would drop customers, a double
-- cell would count them twice.
with

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

scores as (

    select unnest(range(1, 6)) as score

),

cells as (

    select
        r_scores.score as r_score,
        f_scores.score as f_score

    from scores as r_scores

    cross join scores as f_scores

),

group_counts as (

    select
        cells.r_score,
        cells.f_score,
        count(rfm_grid.rfm_group) as group_count

    from cells

    left join rfm_grid
        on
            cells.r_score = rfm_grid.r_score
            and cells.f_score = rfm_grid.f_score

    group by cells.r_score, cells.f_score

)

select * from group_counts

where group_count <> 1
