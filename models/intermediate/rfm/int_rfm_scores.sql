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

-- One row per date, so that each customer is looked up once.
cuts as (

    select
        as_of_date,
        {{ pivoted_cuts() }}

    from cut_points

    group by as_of_date

),

-- Low recency is good, so its score counts down; the others count up. A customer
-- whose orders were all returned or free is listed without scores.
scores as (

    select
        features.*,
        cast(case
            when features.order_count > 0
                then 5 - {{ cuts_below('features.recency_days', 'recency') }}
        end as integer) as r_score,
        cast(case
            when features.order_count > 0
                then 1 + {{ cuts_below('features.order_count', 'frequency') }}
        end as integer) as f_score,
        cast(case
            when features.order_count > 0
                then 1 + {{ cuts_below('features.monetary_value', 'monetary') }}
        end as integer) as m_score

    from features

    left join cuts
        on features.as_of_date = cuts.as_of_date

),

rfm_scores as (

    select
        scores.*,
        coalesce(rfm_grid.rfm_group, 'No Orders') as rfm_group

    from scores

    left join rfm_grid
        on
            scores.r_score = rfm_grid.r_score
            and scores.f_score = rfm_grid.f_score

)

-- All features, and the scores.
select * from rfm_scores  -- noqa: AM04
