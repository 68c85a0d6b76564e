{{ config(
    materialized=kept_between_builds(),
    incremental_strategy='delete+insert',
    unique_key='month_start',
    on_schema_change='sync_all_columns',
    pre_hook="{{ forget_missing('month_start', ref('int_month_fingerprints')) }}"
) }}

with

fingerprints as (

    select * from {{ ref('int_month_fingerprints') }}

),

{% if is_incremental() %}
built as (

    select distinct
        month_start,
        month_fingerprint

    from {{ this }}

),

{% endif %}
-- A month that changed is made again as a whole; one that did not is left alone.
changed_months as (

    select
        fingerprints.month_start,
        fingerprints.month_fingerprint

    from fingerprints

    {% if is_incremental() %}
    left join built
        on
            fingerprints.month_start = built.month_start
            and fingerprints.month_fingerprint = built.month_fingerprint

    where built.month_start is null
    {% endif %}

),

orders as (

    select orders.*
    from {{ ref('int_orders') }} as orders

    inner join changed_months
        on {{ month_start('orders.ordered_date') }} = changed_months.month_start

),

category_months as (

    select category_months.*
    from {{ ref('int_category_months') }} as category_months

    inner join changed_months
        on category_months.month_start = changed_months.month_start

),

categories as (

    select * from {{ ref('int_categories') }}

),

followed_channel as (

    select channel from {{ ref('int_channels') }}

    where is_followed

),

{{ customer_months_ctes() }}

select
    customer_months.*,
    changed_months.month_fingerprint

from customer_months

inner join changed_months
    on customer_months.month_start = changed_months.month_start
