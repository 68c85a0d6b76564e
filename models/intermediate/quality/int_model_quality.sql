{{ config(materialized='table' if target.type == 'sparksession' else 'ephemeral') }}

with

selected_candidate as (

    select
        *,
        -- Groups are separate where every one of them comes back.
        coalesce(
            structure = 'natural groups'
            and lowest_jaccard < {{ var('stable_jaccard') }},
            false
        ) as is_apart_but_unstable

    from {{ ref('fitted_candidates') }}

    where is_selected

),

model_features as (

    select * from {{ ref('fitted_features') }}

),

segments as (

    select
        fitted_segments.stability,
        fitted_segments.surrogate_fidelity,
        fitted_names.segment_name,
        fitted_names.rule_precision

    from {{ ref('fitted_segments') }} as fitted_segments

    inner join {{ ref('fitted_names') }} as fitted_names
        on fitted_segments.segment_id = fitted_names.segment_id

    where fitted_segments.segment_id <> 'unassigned'

),

customers as (

    select * from {{ ref('customer_segments') }}

),

usefulness_rows as (

    select * from {{ ref('fitted_usefulness') }}

),

-- Whether the segments are there again: on resamples, and by the data of a quarter before.
agreement as (

    select
        segment_count,
        stability,
        quarter_agreement,
        coalesce(
            least(stability, coalesce(quarter_agreement, stability))
            < {{ var('soft_agreement') }},
            false
        ) as is_soft

    from selected_candidate

),

softness as (

    select
        'segment_agreement' as check_name,
        segment_count as rows_checked,
        case when is_soft then segment_count else 0 end as rows_failed,
        case when is_soft then 'warn' else 'pass' end as verdict,
        case
            when not is_soft then ''
            when coalesce(stability >= {{ var('soft_agreement') }}, true)
                then 'soft borders: a fit to another quarter draws them elsewhere; '
            else 'soft borders: a fit to another sample draws them elsewhere; '
        end
        || coalesce(
            'agreement of fits to other samples '
            || cast(cast(round(stability, 2) as decimal(18, 2)) as varchar),
            'no other samples to compare with'
        )
        || coalesce(
            ', of a fit to the quarter before '
            || cast(cast(round(quarter_agreement, 2) as decimal(18, 2)) as varchar)
            || ' (1 is the same segments)',
            ', no quarter before to compare with'
        ) as detail

    from agreement

),

structure as (

    select
        'segment_structure' as check_name,
        segment_count as rows_checked,
        0 as rows_failed,
        case
            when structure = 'weak' or is_apart_but_unstable then 'warn'
            else 'pass'
        end as verdict,
        structure || ': ' || structure_evidence
        || case
            when is_apart_but_unstable
                then
                    '; but not every segment is a group of its own: the least stable '
                    || 'shares only '
                    || cast(round(lowest_jaccard, 2) as decimal(18, 2))
                    || ' of its customers with its match in other samples, where '
                    || '{{ var("stable_jaccard") }} is needed'
            else ''
        end as detail

    from selected_candidate

),

-- A feature that says nothing is left out of the model, but not hidden.
features_in_use as (

    select
        'model_features' as check_name,
        count(*) as rows_checked,
        count(*) filter (where not is_used) as rows_failed,
        case
            when count(*) filter (where is_used) = 0 then 'warn' else 'info'
        end as verdict,
        coalesce(
            'not used: '
            || string_agg(
                feature || ' (' || reason || ')', ', ' order by feature
            ) filter (where not is_used),
            'every feature is used'
        ) as detail

    from model_features

),

-- Customers whom SQL puts in another segment than the algorithm did.
assignment as (

    select
        'assignment_agreement' as check_name,
        (select count(*) from customers) as rows_checked,
        cast(
            round((1 - assignment_agreement) * (select count(*) from customers))
            as bigint
        ) as rows_failed,
        case
            when assignment_agreement >= {{ var('assignment_agreement_minimum') }}
                then 'pass'
            else 'warn'
        end as verdict,
        'the published arithmetic puts '
        || cast(round(100 * assignment_agreement, 1) as decimal(18, 1))
        || '% of the fitted customers in the segment that the fit gave them'
            as detail

    from selected_candidate

),

stability as (

    select
        'segment_stability' as check_name,
        count(*) as rows_checked,
        count(*) filter (where stability < {{ var('stable_jaccard') }})
            as rows_failed,
        case
            when count(*) filter (where stability < {{ var('stable_jaccard') }}) = 0
                then 'pass'
            else 'warn'
        end as verdict,
        coalesce(
            'less than {{ var("stable_jaccard") }} in common with the closest match '
            || 'in other samples: '
            || string_agg(segment_name, ', ' order by segment_name)
            filter (where stability < {{ var('stable_jaccard') }}),
            'every segment has {{ var("stable_jaccard") }} or more in common with its '
            || 'closest match in other samples'
        ) as detail

    from segments

),

rules as (

    select
        'segment_rules' as check_name,
        count(*) as rows_checked,
        count(*) filter (where rule_precision < {{ var('rule_precision_minimum') }})
            as rows_failed,
        'info' as verdict,
        'at most five yes-or-no questions find the segment of '
        || cast(round(100 * max(surrogate_fidelity), 1) as decimal(18, 1))
        || '% of customers; of the customers that a card''s rule picks, '
        || cast(round(100 * avg(rule_precision), 1) as decimal(18, 1))
        || '% are in its segment on average' as detail

    from segments

),

compared as (

    select
        outcome,
        max(customer_count) as customer_count,
        max(verdict) as verdict,
        max(explained_variance) filter (where method = 'segments') as of_segments,
        max(explained_variance) filter (where method = 'rfm_quintiles') as of_rfm

    from usefulness_rows

    group by outcome

),

-- A warning where the segments predict what comes next less well than plain RFM.
usefulness as (

    select
        'usefulness_' || outcome as check_name,
        customer_count as rows_checked,
        0 as rows_failed,
        case
            when of_segments < of_rfm then 'warn'
            when of_segments is null then 'info'
            else 'pass'
        end as verdict,
        verdict as detail

    from compared

),

model_quality as (

    select * from structure

    union all

    select * from features_in_use

    union all

    select * from assignment

    union all

    select * from softness

    union all

    select * from stability

    union all

    select * from rules

    union all

    select * from usefulness

)

select * from model_quality
