-- Another audience after the start, and nobody knows any more whom to compare with whom.
with

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

changed as (

    select
        campaign_id,
        audience,
        stored_audience,
        holdout_share,
        stored_holdout_share,
        starts_on,
        stored_starts_on

    from campaigns

    where
        is_stored
        and stored_starts_on <= newest_date
        and (
            starts_on <> stored_starts_on
            or holdout_share <> stored_holdout_share
            or audience is distinct from stored_audience
        )

)

-- dbt counts rows: what is not asked for is not run.
select * from changed

where
    {{ stop_with(
        "'The campaign ' || campaign_id || ' has begun and was changed.' || chr(10)
        || '  wanted: as it was drawn: ' || coalesce(stored_audience, 'the contacted')
        || ', ' || stored_holdout_share || ' held out, from ' || stored_starts_on
        || chr(10)
        || '  found:  ' || coalesce(audience, 'the contacted') || ', '
        || holdout_share || ' held out, from ' || starts_on || chr(10)
        || '  next:   set it back; another audience is another campaign_id'"
    ) }} is null
