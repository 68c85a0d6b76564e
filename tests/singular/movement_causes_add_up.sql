-- Everybody whose segment changed has one cause: the movements of a date, over all
-- causes, are the customers whose segment there is not the one they came from.
with

movements as (

    select
        compared_with,
        month as as_of_date,
        sum(customer_count) as moved_count

    from {{ ref('segment_movements') }}

    group by compared_with, month

),

moved_by_date as (

    select
        'last_date' as compared_with,
        as_of_date,
        count(*) as moved_count

    from {{ ref('int_segment_history') }}

    where previous_segment_id <> segment_id

    group by as_of_date

),

moved_since_publication as (

    select
        'last_publication' as compared_with,
        customers.as_of_date,
        count(*) as moved_count

    from {{ ref('published_customers') }} as published

    inner join {{ ref('customer_segments') }} as customers
        on published.customer_id = customers.customer_id

    where published.published_segment_id <> customers.segment_id

    group by customers.as_of_date

),

moved as (

    select * from moved_by_date

    union all

    select * from moved_since_publication

)

select
    moved.compared_with,
    moved.as_of_date,
    moved.moved_count,
    movements.moved_count as explained_count

from moved

full outer join movements
    on
        moved.compared_with = movements.compared_with
        and moved.as_of_date = movements.as_of_date

where moved.moved_count is distinct from movements.moved_count
