with

contacts as (

    select * from {{ ref('stg_contacts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

customers as (

    select customer_id from {{ ref('customer_segments') }}

),

judged as (

    select
        contacts.source_row,
        contacts.campaign_id,
        contacts.customer_id,
        contacts.raw_contacted_at,
        contacts.contacted_at,
        contacts.redemption_count,
        case
            when contacts.campaign_id is null then 'no campaign id'
            when contacts.customer_id is null then 'no customer id'
            when {{ is_erased('contacts.customer_id') }} then 'erased customer'
            when campaigns.campaign_id is null then 'unknown campaign'
            when customers.customer_id is null then 'unknown customer'
            when
                contacts.raw_contacted_at is not null and contacts.contacted_at is null
                then 'unreadable date'
        end as reason

    from contacts

    left join campaigns
        on contacts.campaign_id = campaigns.campaign_id

    left join customers
        on contacts.customer_id = customers.customer_id

)

select * from judged
