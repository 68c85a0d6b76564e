{{ config(materialized=derived_when_read()) }}

with

features as (

    select * from {{ ref('int_customer_features') }}

),

cut_points as (

    select * from {{ ref('int_rfm_cut_points') }}

),

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

-- A score counts the cut points below a value. Low recency is good, so its score counts
-- down; the others count up. A customer whose orders were all returned or free gets no
-- scores.
scored as (

    select
        features.*,
        case
            when features.order_count > 0
                then
                    5
                    - cast(features.recency_days > recency.cut_1 as integer)
                    - cast(features.recency_days > recency.cut_2 as integer)
                    - cast(features.recency_days > recency.cut_3 as integer)
                    - cast(features.recency_days > recency.cut_4 as integer)
        end as r_score,
        case
            when features.order_count > 0
                then
                    1
                    + cast(features.order_count > frequency.cut_1 as integer)
                    + cast(features.order_count > frequency.cut_2 as integer)
                    + cast(features.order_count > frequency.cut_3 as integer)
                    + cast(features.order_count > frequency.cut_4 as integer)
        end as f_score,
        case
            when features.order_count > 0
                then
                    1
                    + cast(features.monetary_value > monetary.cut_1 as integer)
                    + cast(features.monetary_value > monetary.cut_2 as integer)
                    + cast(features.monetary_value > monetary.cut_3 as integer)
                    + cast(features.monetary_value > monetary.cut_4 as integer)
        end as m_score

    from features

    left join cut_points as recency
        on
            features.as_of_date = recency.as_of_date
            and recency.measure = 'recency'

    left join cut_points as frequency
        on
            features.as_of_date = frequency.as_of_date
            and frequency.measure = 'frequency'

    left join cut_points as monetary
        on
            features.as_of_date = monetary.as_of_date
            and monetary.measure = 'monetary'

)

select
    scored.*,  -- noqa: AM04
    coalesce(rfm_grid.rfm_group, 'No Orders') as rfm_group

from scored

left join rfm_grid
    on
        scored.r_score = rfm_grid.r_score
        and scored.f_score = rfm_grid.f_score
