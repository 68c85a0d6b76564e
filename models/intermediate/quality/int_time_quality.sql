{{ config(materialized='table' if target.type == 'sparksession' else 'ephemeral') }}

with

selected_candidate as (

    select
        structure,
        segment_count

    from {{ ref('fitted_candidates') }}

    where is_selected

),

-- What is asked for and what the fit found may differ: groups that were seen in a sample
-- need not come back in the fit.
decision as (

    select
        refit_decision.*,
        case
            when
                refit_decision.is_refit
                and refit_decision.fresh_group_count > 0
                and selected_candidate.structure <> 'natural groups'
                then
                    '. The fit did not find these groups again: it is a division into '
                    || cast(selected_candidate.segment_count as varchar)
        end as what_became_of_it

    from {{ ref('refit_decision') }} as refit_decision

    cross join selected_candidate

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
            '. Customers farther from any segment than 99% were at the fit: '
            || cast(round(100 * drift_share, 1) as decimal(18, 1)) || '%'
            || '; stability index '
            || cast(cast(stability_index as decimal(18, 2)) as varchar)
            || coalesce(' (' || nullif(shifted_feature, '') || ')', '')
            -- Of other customers than before it may be huge.
            || '; a fresh fit is '
            || cast(round(100 * least(quality_loss, 1e12), 1) as decimal(18, 1))
            || '% closer',
            ''
        )
        || coalesce(what_became_of_it, '') as detail

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
                then
                    'there is no earlier publication of these customers to compare with'
            else
                'changed segment since the last publication: '
                || count(*) filter (where cause = 'acted')
                || ' who ordered or returned something, '
                || count(*) filter (where cause = 'time')
                || ' through the passing of time alone, '
                || count(*) filter (where cause = 'settling')
                || ' newcomers still settling in, '
                || count(*) filter (where cause = 'model') || ' through a new model, '
                || count(*) filter (where cause = 'data')
                || ' through corrected data'
        end as detail

    from steps

),

movement_quality as (

    select
        'steady_customers' as check_name,
        steady_count as rows_checked,
        steady_moved_count as rows_failed,
        case
            when steady_moved_count > {{ var('steady_moved_maximum') }} * steady_count
                then 'warn'
            else 'pass'
        end as verdict,
        'of ' || steady_count || ' customers who bought about as much as half a year '
        || 'before, ' || steady_moved_count || ' had changed segment; of '
        || changed_count || ' who bought twice as much or half, '
        || changed_moved_count || ' had' as detail

    from {{ ref('movement_quality') }}

    where steady_count > 0

)

select * from decisions

union all

select * from movements

union all

select * from movement_quality
