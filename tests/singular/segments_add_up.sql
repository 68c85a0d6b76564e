-- Segments hold the customers, actions and money of customer_segments, all accepted
-- revenue to the cent, and everybody of the grid; a headline is the action of half.
with

customers as (

    select
        segment_id,
        count(*) as customer_count,
        count(r_score) as scored_count,
        count(action_id) as action_count,
        count(lifecycle) as state_count,
        sum(spend_at_stake) as spend_at_stake

    from {{ ref('customer_segments') }}

    group by segment_id

),

actions as (

    select
        segment_id,
        sum(customer_count) as action_count,
        max(case when is_headline then action_id end) as headline,
        max(case when is_headline then customer_share end) as headline_share,
        count(*) filter (where is_headline) as headline_count

    from {{ ref('segment_actions') }}

    group by segment_id

),

segments as (

    select
        segment_id,
        customer_count,
        customer_share,
        revenue,
        action_id,
        new_count + active_count + due_count + overdue_count + lapsed_count
            as state_count,
        revenue_at_risk,
        spend_at_stake

    from {{ ref('segments') }}

),

grid as (

    select sum(customer_count) as customer_count from {{ ref('rfm_grid_cells') }}

),

accepted as (

    select coalesce(sum(net_amount), 0) as revenue

    from {{ ref('base_source_months') }}

),

segment_findings as (

    select
        'segment ' || coalesce(segments.segment_id, customers.segment_id, 'null')
        || case
            when segments.segment_id is null then ' is not in segments'
            when
                coalesce(customers.customer_count, 0)
                <> coalesce(segments.customer_count, -1)
                then ' has other customers'
            when
                coalesce(customers.action_count, 0)
                <> coalesce(actions.action_count, 0)
                then ' has customers with an action that segment_actions does not count'
            when coalesce(customers.state_count, 0) <> segments.state_count
                then ' has other customers by state'
            when
                segments.revenue_at_risk <> segments.spend_at_stake
                or segments.spend_at_stake <> coalesce(customers.spend_at_stake, 0)
                then ' has more or less at stake than its customers'
            when actions.headline_count > 1 or actions.headline_share < 0.5
                then ' has a headline that is not the action of half'
            when coalesce(segments.action_id, '') <> coalesce(actions.headline, '')
                then ' has another headline in segment_actions'
        end as finding

    from segments

    full outer join customers
        on segments.segment_id = customers.segment_id

    left join actions
        on segments.segment_id = actions.segment_id

),

totals as (

    select
        sum(customer_share) as customer_share,
        sum(revenue) as revenue

    from segments

),

scored as (

    select coalesce(sum(scored_count), 0) as customer_count from customers

),

findings as (

    select finding from segment_findings

    union all

    select
        case
            when abs(totals.customer_share - 1) > 1e-9
                then 'shares of the customers do not add up to 1'
            when totals.revenue is null or totals.revenue <> accepted.revenue
                then
                    'segments hold ' || coalesce(cast(totals.revenue as varchar), 'no')
                    || ' of revenue, accepted was ' || cast(accepted.revenue as varchar)
            when scored.customer_count <> coalesce(grid.customer_count, -1)
                then 'cells of the grid hold other customers'
        end as finding

    from totals

    cross join accepted

    cross join scored

    cross join grid

),

summed_up as (

    select string_agg(finding, '; ' order by finding) as finding from findings

)

-- dbt counts rows: what is not asked for is not run.
select * from summed_up

where case when finding is not null then {{ stop_with('finding') }} end is not null
