-- DuckDB would hold whatever is read twice: here, every row of the history.
with

history as not materialized (

    select * from {{ ref('int_segment_history') }}

),

rescored as not materialized (

    select * from {{ ref('rescored_customers') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

-- From one date of the history to the next, both by the model in use: either the
-- customer acted (an order or a refund in between), or time passed.
steps_by_date as (

    select
        'last_date' as compared_with,
        as_of_dates.previous_date as from_date,
        history.as_of_date,
        history.customer_id,
        history.previous_segment_id as from_segment_id,
        history.previous_segment_id as data_segment_id,
        history.previous_segment_id as model_segment_id,
        history.segment_id as to_segment_id,
        history.lifetime_revenue,
        customer_months.customer_id is not null as has_acted

    from history

    inner join as_of_dates
        on history.as_of_date = as_of_dates.as_of_date

    left join customer_months
        on
            history.customer_id = customer_months.customer_id
            and cast(date_trunc('month', history.as_of_date) as date)
            = customer_months.month_start

    -- Those who stayed are in the history; only moves have a cause.
    where history.previous_segment_id <> history.segment_id

),

-- A refund under an older order's id corrects that order: it changes the past.
acted_since as (

    select distinct orders.customer_id

    from orders

    inner join rescored
        on
            orders.customer_id = rescored.customer_id
            and orders.ordered_date > rescored.as_of_date

),

-- From what was published to now, one change at a time: first the data of that date,
-- then the model, and only then time. It is the newest date that both builds know.
steps_since_publication as (

    select
        'last_publication' as compared_with,
        rescored.as_of_date as from_date,
        history.as_of_date,
        rescored.customer_id,
        rescored.published_segment_id as from_segment_id,
        coalesce(rescored.data_segment_id, then_placed.segment_id) as data_segment_id,
        then_placed.segment_id as model_segment_id,
        history.segment_id as to_segment_id,
        history.lifetime_revenue,
        acted_since.customer_id is not null as has_acted

    from rescored

    inner join history as then_placed
        on
            rescored.customer_id = then_placed.customer_id
            and rescored.as_of_date = then_placed.as_of_date

    inner join history
        on rescored.customer_id = history.customer_id

    inner join as_of_dates
        on
            history.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

    left join acted_since
        on rescored.customer_id = acted_since.customer_id

),

steps as (

    select * from steps_by_date

    union all

    select * from steps_since_publication

),

-- The cause is the first step that changed the segment: one for everyone who moved.
with_cause as (

    select
        *,
        case
            when from_segment_id = to_segment_id then null
            when from_segment_id <> data_segment_id then 'data'
            when data_segment_id <> model_segment_id then 'model'
            when has_acted then 'acted'
            else 'aged'
        end as cause

    from steps

)

select * from with_cause
