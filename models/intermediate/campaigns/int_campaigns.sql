-- A campaign that was drawn keeps what it was drawn as; once it has begun it stays, even
-- if it is in the input no more. A plan may change until then, and is drawn again.
with

given as (

    select * from {{ ref('stg_campaigns') }}

),

stored as (

    select * from {{ ref('published_results') }}

    where segment_id = 'all' and audience is not null

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

newest as (

    select as_of_date as newest_date from as_of_dates

    where is_newest

),

-- What is known on the day it starts: of a plan, what is known today.
audience_dates as (

    select
        given.campaign_id,
        max(as_of_dates.as_of_date) as as_of_date

    from given

    inner join as_of_dates
        on given.starts_on >= as_of_dates.as_of_date

    group by given.campaign_id

),

joined as (

    select
        coalesce(given.campaign_id, stored.campaign_id) as campaign_id,
        coalesce(given.campaign_name, stored.campaign_name) as campaign_name,
        case
            when given.campaign_id is null then stored.campaign_type
            else given.campaign_type
        end as campaign_type,
        coalesce(given.starts_on, stored.starts_on) as starts_on,
        coalesce(given.ends_on, stored.ends_on) as ends_on,
        coalesce(given.outcome_days, stored.outcome_days) as outcome_days,
        coalesce(given.holdout_share, stored.holdout_share) as holdout_share,
        case
            when given.campaign_id is null then stored.audience
            else given.audience
        end as audience,
        coalesce(given.audience_kind, 'name') as audience_kind,
        case
            when given.campaign_id is null then stored.cost_per_contact
            else given.cost_per_contact
        end as cost_per_contact,
        stored.starts_on as stored_starts_on,
        stored.audience as stored_audience,
        stored.holdout_share as stored_holdout_share,
        stored.assigned_treated as stored_treated,
        stored.assigned_held_out as stored_held_out,
        coalesce(
            stored.starts_on <= newest.newest_date
            or (
                given.starts_on = stored.starts_on
                and given.holdout_share = stored.holdout_share
                and given.audience = stored.audience
            ),
            false
        ) as is_stored,
        stored.as_of_date as stored_date,
        stored.drawn_on,
        audience_dates.as_of_date as audience_date,
        newest.newest_date

    from given

    full outer join stored
        on given.campaign_id = stored.campaign_id

    left join audience_dates
        on given.campaign_id = audience_dates.campaign_id

    cross join newest

)

select
    campaign_id,
    campaign_name,
    campaign_type,
    starts_on,
    ends_on,
    outcome_days,
    holdout_share,
    audience,
    audience_kind,
    cost_per_contact,
    stored_starts_on,
    stored_audience,
    stored_holdout_share,
    stored_treated,
    stored_held_out,
    is_stored,
    case when is_stored then stored_date else audience_date end as as_of_date,
    case when is_stored then drawn_on else newest_date end as drawn_on,
    case
        when starts_on > newest_date then 'planned'
        when
            {{ days_earlier('newest_date', 'outcome_days - 1') }} < starts_on
            then 'running'
        else 'final'
    end as progress,
    newest_date

from joined

where is_stored or starts_on <= newest_date or audience_date is not null
