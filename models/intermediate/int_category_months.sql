with

transactions as (

    select * from {{ ref('stg_transactions') }}

    where category is not null

),

category_months as (

    select
        customer_id,
        {{ month_start('ordered_date') }} as month_start,
        category,
        min(ordered_date) as first_sold_date,
        count(*) as line_count,
        count(*) filter (where not is_return) as sold_line_count

    from transactions

    group by customer_id, {{ month_start('ordered_date') }}, category

)

select * from category_months

-- A month's rows lie together: int_customer_months reads one month after the other.
order by month_start
