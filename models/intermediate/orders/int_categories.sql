with

category_months as (

    select * from {{ ref('int_category_months') }}

),

categories as (

    select
        category,
        min(first_line_date) as first_line_date,
        sum(line_count) as line_count

    from category_months

    group by category

),

-- Numbered by first sale, so that a new category never renumbers an older one. A
-- month's categories are the bits of one integer: those past bit 62 share it.
numbered as (

    select
        category,
        first_line_date,
        line_count,
        least(row_number() over (order by first_line_date, category) - 1, 62)
            as category_bit

    from categories

)

select * from numbered
