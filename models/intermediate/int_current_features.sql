with

rfm_scores as (

    select rfm_scores.*
    from {{ ref('int_rfm_scores') }} as rfm_scores

    inner join {{ ref('int_as_of_dates') }} as as_of_dates
        on
            rfm_scores.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

)

select * from rfm_scores  -- noqa: AM04
