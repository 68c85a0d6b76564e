with

stored_campaigns as (

    select * from {{ ref('int_campaigns') }}

    where is_stored

),

stored as (

    select * from {{ ref('published_assignments') }}

),

-- By a hash, so that neither rows nor threads decide; within the segment, so that the
-- same share of each is held out.
ranked as (

    select
        *,
        row_number() over (
            partition by campaign_id, segment_id
            order by
                md5(
                    {{ sql_text(var('campaign_salt')) }} || '|' || campaign_id || '|'
                    || customer_id
                ),
                customer_id
        ) as place,
        count(*) over (partition by campaign_id, segment_id) as customer_count

    from {{ ref('int_campaign_audiences') }}

),

drawn as (

    select
        campaign_id,
        customer_id,
        case
            when place <= round(customer_count * holdout_share) then 'held_out'
            else 'treated'
        end as arm,
        segment_id,
        segment_name,
        as_of_date

    from ranked

),

-- What was published once is never drawn again.
kept as (

    select
        stored.campaign_id,
        stored.customer_id,
        stored.arm,
        stored.segment_id,
        stored.segment_name,
        stored.as_of_date

    from stored

    inner join stored_campaigns
        on stored.campaign_id = stored_campaigns.campaign_id

    where not {{ is_erased('stored.customer_id') }}

),

assignments as (

    select * from kept

    union all

    select * from drawn

)

select
    campaign_id,
    customer_id,
    arm,
    segment_id,
    segment_name,
    {{ published_date('as_of_date') }} as as_of_date

from assignments
