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

-- Low recency is good, so its score counts down; the others count up. A customer
-- whose orders were all returned or free is listed without scores.
scores as (

    select
        features.customer_id,
        features.as_of_date,
        case
            when features.order_count > 0
                then 5 - {{ cuts_below('features.recency_days', 'recency') }}
        end as r_score,
        case
            when features.order_count > 0
                then 1 + {{ cuts_below('features.order_count', 'frequency') }}
        end as f_score,
        case
            when features.order_count > 0
                then 1 + {{ cuts_below('features.monetary_value', 'monetary') }}
        end as m_score

    from features

    {% for measure in ['recency', 'frequency', 'monetary'] -%}
    left join cut_points as {{ measure }}
        on
            features.as_of_date = {{ measure }}.as_of_date
            and {{ measure }}.measure = '{{ measure }}'

    {% endfor -%}
),

rfm_scores as (

    select
        scores.customer_id,
        scores.as_of_date,
        cast(scores.r_score as integer) as r_score,
        cast(scores.f_score as integer) as f_score,
        cast(scores.m_score as integer) as m_score,
        coalesce(rfm_grid.rfm_group, 'No Orders') as rfm_group

    from scores

    left join rfm_grid
        on
            scores.r_score = rfm_grid.r_score
            and scores.f_score = rfm_grid.f_score

)

select * from rfm_scores
