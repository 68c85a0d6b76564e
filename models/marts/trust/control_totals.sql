with

controls as (

    select * from {{ ref('int_control_totals') }}

),

-- The sentence for those who gave no books is in data_quality.
control_totals as (

    select
        month_name,
        measure,
        ours,
        theirs,
        round(ours - theirs, 2) as difference,
        off_share,
        cast({{ var('control_tolerance') }} as double) as tolerance,
        is_within

    from controls

    where measure is not null

)

select * from control_totals
