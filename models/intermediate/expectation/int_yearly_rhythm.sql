with

order_days as (

    select * from {{ ref('int_order_days') }}

    where is_order_day

),

-- What a wait of more than half a year was in the past: in a business of yearly
-- contracts nearly always a year, so one who paid 300 days ago is no lost customer.
long_waits as (

    select
        count(*) as long_wait_count,
        count(*) filter (
            where {{ is_about_a_year('waited_days', 'waited_days') }}
        ) as yearly_wait_count,
        cast({{ median_value(
            'case when ' ~ is_about_a_year('waited_days', 'waited_days')
            ~ ' then cast(net_amount as double) end'
        ) }} as double) as yearly_value

    from order_days

    where waited_days > 183

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

    from long_waits

)

select * from rhythm
