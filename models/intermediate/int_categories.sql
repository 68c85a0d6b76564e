with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

categories as (

    select
        category,
        min(ordered_date) as first_sold_date,
        count(*) as line_count

    from transactions

    where category is not null

    group by category

),

-- Order of first sale: a new category never renumbers an older one. A month's
-- categories are carried as bits of one integer, so those past bit 62 share it.
numbered as (

    select
        category,
        first_sold_date,
        line_count,
        least(row_number() over (order by first_sold_date, category) - 1, 62)
            as category_bit

    from categories

)

select * from numbered
