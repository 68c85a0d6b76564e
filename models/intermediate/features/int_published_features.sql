-- DuckDB would keep what is read twice, here every row of every customer.
with

as_of_dates as (

    select
        published_as_of_date as as_of_date,
        true as has_recent_days

    from {{ ref('refit_decision') }}

    where published_as_of_date is not null and not is_new_registry

),

-- Today's data as it stands on the day of the last publication.
customer_months as not materialized (

    select customer_months.*
    from {{ ref('int_customer_months') }} as customer_months

    inner join as_of_dates
        on customer_months.month_start < {{ month_start('as_of_dates.as_of_date') }}

    union all

    select * from {{ ref('int_published_months') }}

),

all_states as not materialized (

    select
        states.*,
        {{ month_number('as_of_dates.as_of_date') }} as published_month_number

    from {{ ref('int_customer_states') }} as states

    inner join as_of_dates
        on states.month_number <= {{ month_number('as_of_dates.as_of_date') }}

),

-- Nothing of theirs happened or left a window in that month: its sums are today's too.
kept_states as (

    select * exclude (made_of, published_month_number)

    from all_states

    where
        month_number < published_month_number
        and (
            next_month_number is null or next_month_number > published_month_number
        )

),

other_months as (

    select customer_months.*
    from customer_months

    inner join all_states
        on
            customer_months.customer_id = all_states.customer_id
            and all_states.month_number = all_states.published_month_number

),

{{ customer_states_ctes('other_months', 'other_states', only_newest=true) }},

states as (

    select * from kept_states

    union all

    select * from other_states

),

{{ customer_ratios_ctes() }},

{{ population_ctes() }},

{{ recent_days_ctes() }},

{{ customer_features_ctes() }}

select * from typed
