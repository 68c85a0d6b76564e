with

results as (

    select * from {{ ref('fitted_campaign_results') }}

),

-- What a few customers spent is nobody's business.
judged as (

    select
        *,
        {{ is_small_cell(
            'treated_customers',
            "campaign_id, segment_id = 'all'",
            'segment_id'
        ) }}
        or {{ is_small_cell(
            'held_out_customers',
            "campaign_id, segment_id = 'all'",
            'segment_id'
        ) }} as is_withheld,
        cost_per_contact * case
            when contact_count > 0 then contacted_customers
            else treated_customers
        end as cost

    from results

)

select
    campaign_id,
    segment_id,
    segment_name,
    campaign_name,
    campaign_type,
    status,
    note,
    starts_on,
    ends_on,
    outcome_days,
    audience,
    holdout_share,
    as_of_date,
    drawn_on,
    cost_per_contact,
    assigned_treated,
    assigned_held_out,
    treated_customers,
    held_out_customers,
    case when not is_withheld then treated_orders end as treated_orders,
    case when not is_withheld then held_out_orders end as held_out_orders,
    case when not is_withheld then treated_buyers end as treated_buyers,
    case when not is_withheld then held_out_buyers end as held_out_buyers,
    case when not is_withheld then treated_spend end as treated_spend,
    case when not is_withheld then held_out_spend end as held_out_spend,
    contact_count,
    contacted_customers,
    contacted_customers / nullif(cast(treated_customers as double), 0)
        as contacted_share,
    held_out_contacted,
    redemption_count,
    redeeming_customers,
    overlap_customers,
    mismatch_p_value,
    lift,
    lift_low,
    lift_high,
    lift_share,
    cast(lift * treated_customers as decimal(18, 2)) as lift_total,
    cast(lift_low * treated_customers as decimal(18, 2)) as lift_total_low,
    cast(lift_high * treated_customers as decimal(18, 2)) as lift_total_high,
    p_value,
    p_value_adjusted,
    variance_removed,
    buyer_lift,
    buyer_lift_low,
    buyer_lift_high,
    cast(cost as decimal(18, 2)) as cost,
    (lift * treated_customers - cast(cost as double)) / nullif(cast(cost as double), 0)
        as return_on_cost,
    is_withheld

from judged
