{{ config(materialized='ephemeral') }}
-- depends_on: {{ ref('int_as_of_dates') }}
-- depends_on: {{ ref('int_customer_features') }}
-- depends_on: {{ ref('customer_segments') }}
-- Whom each campaign is for that was not drawn before. A condition is SQL of the user's
-- own, so it is written out.
{% set drawn = fitted_rows(
    ref('int_campaigns'),
    ['campaign_id', 'audience', 'audience_kind', 'as_of_date'],
    'not is_stored and as_of_date is not null',
    'campaign_id'
) %}
{% set conditions
    = drawn | selectattr('audience_kind', 'equalto', 'condition') | list %}
{% set named = drawn | selectattr('audience_kind', 'equalto', 'name') | list %}

with

campaigns as (

    select * from {{ ref('int_campaigns') }}

    where not is_stored

),

contacts as (

    select * from {{ ref('int_contact_rows') }}

    where reason is null

),

segments as (

    select * from {{ ref('int_segments') }}

),

history as (

    select history.*

    from {{ ref('int_segment_history') }} as history

    where history.as_of_date in (select campaigns.as_of_date from campaigns)

),

global_holdout as (

    select * from {{ ref('int_global_holdout') }}

),

{% if conditions or named -%}
past_customers as (

    select
        history.customer_id,
        history.as_of_date,
        history.segment_id,
        segments.segment_name,
        history.rfm_group,
        history.r_score,
        history.f_score,
        history.m_score,
        history.confidence,
        history.next_segment_id,
        history.previous_segment_id,
        features.* exclude (customer_id, as_of_date, fingerprint)  -- noqa: RF02

    from history

    inner join segments
        on history.segment_id = segments.segment_id

    left join {{ ref('int_customer_features') }} as features
        on
            history.customer_id = features.customer_id
            and history.as_of_date = features.as_of_date

    where history.as_of_date not in (
        select as_of_dates.as_of_date

        from {{ ref('int_as_of_dates') }} as as_of_dates

        where as_of_dates.is_newest
    )

),

-- All that is published of customers today; of an earlier day what is known of it:
-- features and RFM, but neither actions nor predictions, which are null. No row meets
-- one of another day, so each stays; Spark has no union by name.
customers as (  -- noqa: ST03

    select *  -- noqa: RF02

    from {{ ref('customer_segments') }}

    natural full join past_customers

),

{% endif -%}
members as (

    {% if named -%}
    select
        campaigns.campaign_id,
        customers.customer_id

    from campaigns

    inner join customers
        on
            campaigns.as_of_date = customers.as_of_date
            and lower(campaigns.audience) in (
                'all',
                lower(customers.segment_id),
                lower(customers.segment_name),
                lower(customers.action_id)
            )

    where campaigns.audience_kind = 'name'

    union all

    {% endif -%}
    {% for campaign in conditions -%}
    select
        {{ sql_text(campaign.campaign_id) }} as campaign_id,
        customer_id

    from customers

    where
        as_of_date = cast({{ sql_text(campaign.as_of_date) }} as date)
        and ({{ campaign.audience }})

    union all

    {% endfor -%}
    select distinct
        contacts.campaign_id,
        contacts.customer_id

    from contacts

    inner join campaigns
        on contacts.campaign_id = campaigns.campaign_id

    where campaigns.audience_kind = 'contacts'

),

-- Who had not ordered by then was in no segment.
audiences as (

    select
        campaigns.campaign_id,
        members.customer_id,
        coalesce(segments.segment_id, 'unknown') as segment_id,
        coalesce(segments.segment_name, 'No order before') as segment_name,
        campaigns.as_of_date,
        campaigns.holdout_share

    from members

    inner join campaigns
        on members.campaign_id = campaigns.campaign_id

    left join history
        on
            members.customer_id = history.customer_id
            and campaigns.as_of_date = history.as_of_date

    left join segments
        on history.segment_id = segments.segment_id

    left join global_holdout
        on members.customer_id = global_holdout.customer_id

    where
        global_holdout.customer_id is null
        or campaigns.audience_kind = 'contacts'

)

select * from audiences
