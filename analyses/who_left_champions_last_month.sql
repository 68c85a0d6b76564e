-- Who left Champions since the last month end before the newest date by more than chance
-- moves a score (held_rfm_group), and why: by what
-- they did (their RFM scores then and now) and whether they ordered at all. Needs nothing
-- but published tables. For the clustered segments, segment_movements has the same by
-- cause.
with

dates as (

    select distinct as_of_date from {{ ref('segment_history') }}

),

ranked_dates as (

    select
        as_of_date,
        row_number() over (order by as_of_date desc) as date_rank

    from dates

),

history as (

    select
        history.*,
        ranked_dates.date_rank

    from {{ ref('segment_history') }} as history

    inner join ranked_dates
        on history.as_of_date = ranked_dates.as_of_date

),

customers as (

    select * from {{ ref('customer_segments') }}

),

leavers as (

    select
        earlier.customer_id,
        earlier.as_of_date as from_date,
        later.as_of_date as to_date,
        later.rfm_group as rfm_group_now,
        earlier.r_score as r_score_before,
        later.r_score as r_score_now,
        earlier.f_score as f_score_before,
        later.f_score as f_score_now,
        case
            when customers.last_order_date > earlier.as_of_date
                then 'ordered since, yet a score fell'
            when later.r_score < earlier.r_score then 'no order: recency fell'
            else 'no order: frequency fell'
        end as why,
        customers.monetary_value,
        customers.recommended_action

    from history as earlier

    inner join history as later
        on
            earlier.customer_id = later.customer_id
            and earlier.date_rank = 2
            and later.date_rank = 1

    inner join customers
        on earlier.customer_id = customers.customer_id

    where
        earlier.held_rfm_group = 'Champions'
        and later.held_rfm_group <> 'Champions'

)

select * from leavers

order by monetary_value desc, customer_id asc
