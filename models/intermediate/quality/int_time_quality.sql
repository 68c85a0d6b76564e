with

decision as (

    select * from {{ ref('refit_decision') }}

),

steps as (

    select * from {{ ref('int_movement_steps') }}

    where compared_with = 'last_publication'

),

-- Keep or refit, with the figures behind the decision.
decisions as (

    select
        'refit_decision' as check_name,
        customer_count as rows_checked,
        cast(round(coalesce(drift_share, 0) * customer_count) as bigint) as rows_failed,
        case when is_warning then 'warn' else 'info' end as verdict,
        reason || coalesce(
            '. Beyond 99% of the distances at the fit: '
            || {{ as_percent('drift_share') }}
            || '; stability index '
            || cast(cast(stability_index as decimal(18, 2)) as varchar)
            || coalesce(' (' || nullif(shifted_feature, '') || ')', '')
            || '; a fresh fit is ' || {{ as_percent('quality_loss') }} || ' closer',
            ''
        ) as detail

    from decision

),

movements as (

    select
        'segment_churn' as check_name,
        count(*) as rows_checked,
        count(cause) as rows_failed,
        'info' as verdict,
        case
            when count(*) = 0
                then 'there is no publication of these customers to compare with'
            else
                'moved since the last publication: '
                || count(*) filter (where cause = 'acted') || ' acted, '
                || count(*) filter (where cause = 'aged') || ' by time alone, '
                || count(*) filter (where cause = 'model') || ' by the new model, '
                || count(*) filter (where cause = 'data') || ' by corrected data'
        end as detail

    from steps

)

select * from decisions

union all

select * from movements
