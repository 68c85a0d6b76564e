{{ config(materialized='ephemeral') }}
-- Read and judged in Python (segmentation/inputs/campaigns.py), as a shop has few of
-- them; written out here.
{% set campaigns = described_source('campaigns').rows %}
{%- for campaign in campaigns %}
select
    {{ sql_text(campaign.campaign_id) }} as campaign_id,
    {{ sql_text(campaign.campaign_name) }} as campaign_name,
    cast(
        {{ sql_text(campaign.campaign_type) if campaign.campaign_type else 'null' }}
        as varchar
    ) as campaign_type,
    cast({{ sql_text(campaign.starts_on) }} as date) as starts_on,
    cast({{ sql_text(campaign.ends_on) }} as date) as ends_on,
    cast({{ campaign.outcome_days }} as integer) as outcome_days,
    cast({{ campaign.holdout_share }} as double) as holdout_share,
    cast(
        {{ sql_text(campaign.audience) if campaign.audience else 'null' }} as varchar
    ) as audience,
    {{ sql_text(campaign.audience_kind) }} as audience_kind,
    cast(
        {{ 'null' if campaign.cost_per_contact is none else campaign.cost_per_contact }}
        as decimal(18, 2)
    ) as cost_per_contact

{{ "union all" if not loop.last }}
{%- else %}
select
    cast(null as varchar) as campaign_id,
    cast(null as varchar) as campaign_name,
    cast(null as varchar) as campaign_type,
    cast(null as date) as starts_on,
    cast(null as date) as ends_on,
    cast(null as integer) as outcome_days,
    cast(null as double) as holdout_share,
    cast(null as varchar) as audience,
    cast(null as varchar) as audience_kind,
    cast(null as decimal(18, 2)) as cost_per_contact

where false
{%- endfor %}
