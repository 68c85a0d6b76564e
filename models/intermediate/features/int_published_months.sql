-- depends_on: {{ ref('refit_decision') }}
-- depends_on: {{ ref('int_as_of_dates') }}
-- depends_on: {{ ref('int_customer_months') }}
-- depends_on: {{ ref('base_source_months') }}
-- depends_on: {{ ref('stg_transactions') }}
-- depends_on: {{ ref('int_orders') }}
-- depends_on: {{ ref('int_categories') }}
-- depends_on: {{ ref('int_channels') }}
with

publication as (

    select
        published_as_of_date,
        {{ month_start('published_as_of_date') }} as month_start

    from {{ ref('refit_decision') }}

    where published_as_of_date is not null

),

{% if not publication_cuts_a_month() -%}
published_months as (

    select customer_months.*
    from {{ ref('int_customer_months') }} as customer_months

    inner join publication
        on customer_months.month_start = publication.month_start

)

select * from published_months  -- noqa: AM04
{%- else -%}
-- Only what had been ordered by the day of the publication.
orders as (

    select orders.*
    from {{ ref('int_orders') }} as orders

    inner join publication
        on
            orders.ordered_date >= publication.month_start
            and orders.ordered_date <= publication.published_as_of_date

),

transactions as (

    select * from {{ ref('stg_transactions') }}

    where category is not null and {{ is_in_publication_files() }}

),

category_months as (

    select
        transactions.customer_id,
        publication.month_start,
        transactions.category,
        count(*) filter (where not transactions.is_return) as sold_line_count

    from transactions

    inner join publication
        on
            transactions.ordered_date >= publication.month_start
            and transactions.ordered_date <= publication.published_as_of_date

    group by
        transactions.customer_id, publication.month_start, transactions.category

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
    *,
    cast(null as varchar) as part_fingerprint

from customer_months
{%- endif %}
