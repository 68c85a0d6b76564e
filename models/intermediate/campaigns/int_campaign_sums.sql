-- Everything that estimates are made of, for each arm: counts, sums, squares and cross
-- products. Sums of decimals are the same in any order of rows.
with

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

assignments as (

    select * from {{ ref('campaign_assignments') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

contacts as (

    select * from {{ ref('int_contact_rows') }}

    where reason is null

),

customers as (

    select customer_id from {{ ref('customer_segments') }}

),

-- Whoever was assigned counts, contacted or not, as long as the source still has them.
members as (

    select
        assignments.campaign_id,
        assignments.customer_id,
        assignments.arm,
        assignments.segment_id,
        assignments.segment_name,
        customers.customer_id is not null as is_there,
        campaigns.starts_on,
        {{ days_earlier('campaigns.starts_on', 'campaigns.outcome_days') }}
            as before_starts_on,
        {{ days_earlier('campaigns.starts_on', '-campaigns.outcome_days') }}
            as outcome_ends_before

    from assignments

    inner join campaigns
        on assignments.campaign_id = campaigns.campaign_id

    left join customers
        on assignments.customer_id = customers.customer_id

),

outcomes as (

    select
        members.campaign_id,
        members.customer_id,
        sum(orders.net_amount) filter (
            where orders.ordered_date >= members.starts_on
        ) as spend,
        sum(orders.net_amount) filter (
            where orders.ordered_date < members.starts_on
        ) as spend_before,
        count(*) filter (
            where orders.is_paid and orders.ordered_date >= members.starts_on
        ) as order_count

    from members

    inner join orders
        on
            members.customer_id = orders.customer_id
            and members.before_starts_on <= orders.ordered_date
            and members.outcome_ends_before > orders.ordered_date

    group by members.campaign_id, members.customer_id

),

reached as (

    select
        campaign_id,
        customer_id,
        count(*) as contact_count,
        sum(redemption_count) as redemption_count

    from contacts

    group by campaign_id, customer_id

),

-- Treated by another campaign while this one is judged.
overlapping as (

    select distinct
        members.campaign_id,
        members.customer_id

    from members

    inner join members as other_members
        on
            members.customer_id = other_members.customer_id
            and members.campaign_id <> other_members.campaign_id
            and members.starts_on < other_members.outcome_ends_before
            and members.outcome_ends_before > other_members.starts_on

    where other_members.arm = 'treated'

),

by_customer as (

    select
        members.campaign_id,
        members.customer_id,
        members.arm,
        members.segment_id,
        members.segment_name,
        members.is_there,
        cast(coalesce(outcomes.spend, 0) as decimal(18, 2)) as spend,
        cast(coalesce(outcomes.spend_before, 0) as decimal(18, 2)) as spend_before,
        coalesce(outcomes.order_count, 0) as order_count,
        coalesce(reached.contact_count, 0) as contact_count,
        coalesce(reached.redemption_count, 0) as redemption_count,
        overlapping.customer_id is not null as is_overlapping

    from members

    left join outcomes
        on
            members.campaign_id = outcomes.campaign_id
            and members.customer_id = outcomes.customer_id

    left join reached
        on
            members.campaign_id = reached.campaign_id
            and members.customer_id = reached.customer_id

    left join overlapping
        on
            members.campaign_id = overlapping.campaign_id
            and members.customer_id = overlapping.customer_id

),

sums as (

    select
        campaign_id,
        arm,
        coalesce(segment_id, 'all') as segment_id,
        max(segment_name) as segment_name,
        count(*) as assigned_count,
        count(*) filter (where is_there) as customer_count,
        sum(order_count) filter (where is_there) as order_count,
        count(*) filter (where is_there and order_count > 0) as buyer_count,
        count(*) filter (where contact_count > 0) as contacted_count,
        sum(contact_count) as contact_count,
        sum(redemption_count) as redemption_count,
        count(*) filter (where redemption_count > 0) as redeeming_count,
        count(*) filter (where is_overlapping) as overlap_count,
        sum(spend) filter (where is_there) as y,
        sum(spend_before) filter (where is_there) as x,
        sum(spend * spend) filter (where is_there) as yy,
        sum(spend_before * spend_before) filter (where is_there) as xx,
        sum(spend * spend_before) filter (where is_there) as xy,
        max(spend) filter (where is_there) as largest_spend

    from by_customer

    group by grouping sets ((campaign_id, arm, segment_id), (campaign_id, arm))

)

select
    campaign_id,
    arm,
    segment_id,
    case when segment_id = 'all' then 'All' else segment_name end as segment_name,
    cast(assigned_count as bigint) as assigned_count,
    cast(customer_count as bigint) as customer_count,
    cast(coalesce(order_count, 0) as bigint) as order_count,
    cast(buyer_count as bigint) as buyer_count,
    cast(contacted_count as bigint) as contacted_count,
    cast(contact_count as bigint) as contact_count,
    cast(redemption_count as bigint) as redemption_count,
    cast(redeeming_count as bigint) as redeeming_count,
    cast(overlap_count as bigint) as overlap_count,
    cast(coalesce(y, 0) as decimal(38, 2)) as y,
    cast(coalesce(x, 0) as decimal(38, 2)) as x,
    cast(coalesce(yy, 0) as decimal(38, 4)) as yy,
    cast(coalesce(xx, 0) as decimal(38, 4)) as xx,
    cast(coalesce(xy, 0) as decimal(38, 4)) as xy,
    cast(coalesce(largest_spend, 0) as decimal(18, 2)) as largest_spend

from sums
