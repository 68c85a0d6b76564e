with

customers as (

    select * from {{ ref('customer_segments') }}

),

exclude_from_exports as (

    select * from {{ ref('exclude_from_exports') }}

),

global_holdout as (

    select * from {{ ref('int_global_holdout') }}

),

-- Ids are cleaned as in staging, or a stray blank would let somebody through.
excluded_by_name as (

    select
        {{ clean_id(clean_text('customer_id')) }} as customer_id,
        coalesce(reason, 'no reason given') as reason

    from exclude_from_exports

    where {{ clean_text('customer_id') }} is not null

),

{% if var('consent_column') is not none %}
consents as (

    select
        customer_id,
        lower(trim(cast(
            {{ customer_column(var('consent_column'), 'consent_column') }} as varchar
        )))
        in {{ sql_list(var('consent_values')) }} as has_consent

    from {{ ref('stg_customers') }}

),

-- A customer who is not in the table has given no consent.
excluded_by_consent as (

    select
        customers.customer_id,
        'no consent' as reason

    from customers

    left join consents
        on customers.customer_id = consents.customer_id

    where not coalesce(consents.has_consent, false)

),

{% endif %}
reasons as (

    select
        excluded_by_name.customer_id,
        excluded_by_name.reason

    from excluded_by_name

    inner join customers
        on excluded_by_name.customer_id = customers.customer_id

    union

    select
        customer_id,
        'held out of everything' as reason

    from global_holdout

    {% if var('consent_column') is not none %}
    union

    select * from excluded_by_consent
    {% endif %}

),

export_exclusions as (

    select
        customer_id,
        string_agg(reason, '; ' order by reason) as reason

    from reasons

    group by customer_id

)

select * from export_exclusions
