with

as_of_dates as (

    select
        published_as_of_date as as_of_date,
        true as has_recent_days

    from {{ ref('refit_decision') }}

    where published_as_of_date is not null and not is_new_registry

),

earlier_months as (

    select customer_months.*
    from {{ ref('int_customer_months') }} as customer_months

    inner join as_of_dates
        on customer_months.month_start < {{ month_start('as_of_dates.as_of_date') }}

),

-- Today's data as it stands on the day of the last publication.
customer_months as (

    select * from earlier_months

    union all

    select * from {{ ref('int_published_months') }}

),

{{ customer_states_ctes() }},

{{ customer_ratios_ctes() }},

{{ population_ctes() }},

{{ recent_days_ctes() }},

{{ customer_features_ctes() }}

select * from typed
