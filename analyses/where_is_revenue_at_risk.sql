-- Where is revenue at risk? Per segment: what customers gone quiet have brought; null
-- where these are few.
with

segments as (

    select * from {{ ref('segments') }}

)

select
    segment_name,
    revenue,
    revenue_at_risk,
    revenue_at_risk / nullif(revenue, 0) as at_risk_share,
    recommended_action

from segments

order by revenue_at_risk desc nulls last, segment_id asc
