-- Where is revenue at risk? Per segment: what customers at risk would spend within the
-- horizon at the rate of good days, less what is expected of them; against all that is
-- expected. Null where withheld_reason says why.
with

segments as (

    select * from {{ ref('segments') }}

)

select
    segment_name,
    at_risk_count,
    expected_spend,
    revenue_at_risk,
    revenue_at_risk / nullif(expected_spend, 0) as at_risk_share,
    withheld_reason,
    recommended_action

from segments

order by revenue_at_risk desc nulls last, segment_id asc
