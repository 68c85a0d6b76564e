{%- set year = var('yearly_wait_days') %}
{%- set tolerance = var('yearly_tolerance_days') %}
with

order_days as (

    select * from {{ ref('int_order_days') }}

    where is_order_day

),

-- What a wait of more than half a year was in the past: in a business of yearly
-- contracts nearly always a year, so one who paid 300 days ago is no lost customer.
long_waits as (

    select
        waited_days between {{ year - tolerance }} and {{ year + tolerance }}
            as is_yearly,
        cast(net_amount as double) as net_amount

    from order_days

    where waited_days > 183

),

counts as (

    select
        count(*) as long_wait_count,
        count(*) filter (where is_yearly) as yearly_wait_count,
        cast(
            {{ median_value('case when is_yearly then net_amount end') }} as double
        ) as yearly_value

    from long_waits

),

rhythm as (

    select
        long_wait_count,
        yearly_wait_count,
        coalesce(
            yearly_wait_count >= {{ var('yearly_waits_minimum') }}
            and yearly_wait_count
            >= {{ var('yearly_waits_share') }} * long_wait_count,
            false
        ) as is_yearly_business,
        yearly_value

    from counts

)

select * from rhythm
