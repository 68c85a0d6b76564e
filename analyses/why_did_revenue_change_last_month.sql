-- Why did revenue change last month? The last whole month by reason, largest first.
with

bridge as (

    select * from {{ ref('revenue_bridge') }}

    where is_complete

)

select
    month,
    reason,
    customer_count,
    revenue_change

from bridge

where month = (select max(months.month) from bridge as months)

order by abs(revenue_change) desc
