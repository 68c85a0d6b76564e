{{ config(materialized=derived_when_read()) }}

with

features as (

    select * from {{ ref('int_customer_features') }}

),

cut_points as (

    select * from {{ ref('fitted_rfm_cut_points') }}

),

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

-- A score counts the cut points that a value lies above. Low recency is good, so its
-- score counts down; the others count up. The cuts are of the model's fit, for every
-- date: a score says the same in each month. Who never placed a paid order has none.
scored as (

    select
        features.*,
        case
            when features.first_order_date is not null
                then
                    5
                    - cast(features.recency_days > recency.cut_1 as integer)
                    - cast(features.recency_days > recency.cut_2 as integer)
                    - cast(features.recency_days > recency.cut_3 as integer)
                    - cast(features.recency_days > recency.cut_4 as integer)
        end as r_score,
        case
            when features.first_order_date is not null
                then
                    1
                    + cast(features.order_count_scaled > frequency.cut_1 as integer)
                    + cast(features.order_count_scaled > frequency.cut_2 as integer)
                    + cast(features.order_count_scaled > frequency.cut_3 as integer)
                    + cast(features.order_count_scaled > frequency.cut_4 as integer)
        end as f_score,
        case
            when features.first_order_date is not null
                then
                    1
                    + cast(features.monetary_value_scaled > monetary.cut_1 as integer)
                    + cast(features.monetary_value_scaled > monetary.cut_2 as integer)
                    + cast(features.monetary_value_scaled > monetary.cut_3 as integer)
                    + cast(features.monetary_value_scaled > monetary.cut_4 as integer)
        end as m_score

    from features

    left join cut_points as recency
        on recency.measure = 'recency'

    left join cut_points as frequency
        on frequency.measure = 'frequency'

    left join cut_points as monetary
        on monetary.measure = 'monetary'

)

select
    scored.*,  -- noqa: AM04
    coalesce(rfm_grid.rfm_group, 'No Orders') as rfm_group

from scored

left join rfm_grid
    on
        scored.r_score = rfm_grid.r_score
        and scored.f_score = rfm_grid.f_score
