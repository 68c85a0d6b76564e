{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='as_of_date',
    on_schema_change='sync_all_columns',
    pre_hook="{{ forget_missing('as_of_date', ref('int_as_of_dates')) }}"
) }}

with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

{% if is_incremental() %}
built as (

    select distinct
        as_of_date,
        past_fingerprint

    from {{ this }}

),

{% endif %}
-- A date whose past did not change is left as it was built.
as_of_dates as (

    select as_of_dates.*
    from {{ ref('int_as_of_dates') }} as as_of_dates

    {% if is_incremental() %}
    left join built
        on
            as_of_dates.as_of_date = built.as_of_date
            and as_of_dates.past_fingerprint = built.past_fingerprint

    where built.as_of_date is null
    {% endif %}

),

{{ customer_features_ctes() }}

select
    typed.*,
    as_of_dates.past_fingerprint

from typed

inner join as_of_dates
    on typed.as_of_date = as_of_dates.as_of_date
