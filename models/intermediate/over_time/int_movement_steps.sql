-- DuckDB would keep what is read twice, here every row of the history.
with

history as not materialized (

    select * from {{ ref('int_segment_history') }}

),

published as not materialized (

    select * from {{ ref('published_customers') }}

),

decision as (

    select is_refit from {{ ref('refit_decision') }}

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

-- From one date of the history to the next, both by the model in use: what changed is
-- the customer, by an order or a refund in between, or time.
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
        history.is_settled,
        customer_months.customer_id is not null as has_acted

    from history

    inner join as_of_dates
        on history.as_of_date = as_of_dates.as_of_date

    left join customer_months
        on
            history.customer_id = customer_months.customer_id
            and cast(date_trunc('month', history.as_of_date) as date)
            = customer_months.month_start

    -- Who stayed is in the history: only moves have a cause.
    where history.previous_segment_id <> history.segment_id

),

-- A refund under the id of an older order is a correction of that order: the past.
acted_since as (

    select distinct orders.customer_id

    from orders

    inner join published
        on
            orders.customer_id = published.customer_id
            and orders.ordered_date > published.as_of_date

),

-- From what was published to now, one change after the other: the data of that date,
-- the model, and only then time. The date is the newest that both builds know.
steps_since_publication as (

    select
        'last_publication' as compared_with,
        published.as_of_date as from_date,
        history.as_of_date,
        published.customer_id,
        published.published_segment_id as from_segment_id,
        -- Without a refit, or where its rows are others, the data placed it elsewhere;
        -- where today's rows begin later, nowhere.
        case
            when
                not decision.is_refit
                or then_placed.customer_id is null
                or published.published_lifetime_revenue <> then_placed.lifetime_revenue
                then coalesce(then_placed.segment_id, 'no_orders')
            else published.published_segment_id
        end as data_segment_id,
        coalesce(then_placed.segment_id, 'no_orders') as model_segment_id,
        history.segment_id as to_segment_id,
        history.lifetime_revenue,
        history.is_settled,
        acted_since.customer_id is not null as has_acted

    from published

    cross join decision

    left join history as then_placed
        on
            published.customer_id = then_placed.customer_id
            and published.as_of_date = then_placed.as_of_date

    inner join history
        on published.customer_id = history.customer_id

    inner join as_of_dates
        on
            history.as_of_date = as_of_dates.as_of_date
            and as_of_dates.is_newest

    left join acted_since
        on published.customer_id = acted_since.customer_id

),

steps as (

    select * from steps_by_date

    union all

    select * from steps_since_publication

),

-- The first step that changed the segment is the cause: one for each who moved. In the
-- first days after the first order everybody's numbers settle in: that is no news.
with_cause as (

    select
        *,
        case
            when from_segment_id = to_segment_id then null
            when from_segment_id <> data_segment_id then 'data'
            when data_segment_id <> model_segment_id then 'model'
            when not is_settled then 'settling'
            when has_acted then 'acted'
            else 'time'
        end as cause

    from steps

)

select * from with_cause
