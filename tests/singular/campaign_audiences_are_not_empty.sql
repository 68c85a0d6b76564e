with

campaigns as (

    select * from {{ ref('int_campaigns') }}

    where audience is not null and not is_stored

),

audiences as (

    select distinct campaign_id from {{ ref('campaign_assignments') }}

),

segments as (

    select
        string_agg(
            segment_id || ' (' || segment_name || ')', ', ' order by segment_id
        ) as segment_names

    from {{ ref('int_segments') }}

),

-- Of a day in the past neither actions nor predictions are known.
empty_campaigns as (

    select
        campaigns.campaign_id,
        campaigns.audience,
        campaigns.as_of_date,
        campaigns.as_of_date < campaigns.newest_date as is_past,
        segments.segment_names

    from campaigns

    left join audiences
        on campaigns.campaign_id = audiences.campaign_id

    cross join segments

    where audiences.campaign_id is null

)

-- dbt counts rows: what is not asked for is not run.
select * from empty_campaigns

where
    {{ stop_with(
        "'The campaign ' || campaign_id || ' is for nobody.' || chr(10)
        || '  wanted: a segment, such as ' || segment_names
        || ', an action_id of seeds/playbook.csv, all, or a condition' || chr(10)
        || '  found:  no customer on '
        || coalesce(cast(as_of_date as varchar), 'any day before its start')
        || ' with ' || audience || chr(10)
        || '  next:   correct audience in campaigns'
        || case
            when is_past
                then '; of a day in the past neither actions nor predictions are known'
            else ''
        end"
    ) }} is null
