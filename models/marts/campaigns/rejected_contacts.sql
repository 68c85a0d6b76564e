with

contacts as (

    select * from {{ ref('int_contact_rows') }}

    where reason is not null

)

-- Of an erased person, nothing is kept but that there was a row.
select
    cast(source_row as bigint) as source_row,
    campaign_id,
    case when reason <> 'erased customer' then customer_id end as customer_id,
    case when reason <> 'erased customer' then raw_contacted_at end as contacted_at,
    reason

from contacts
