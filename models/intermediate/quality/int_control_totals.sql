-- What the user's books say: month, measure and value.
{% set books = ask_inputs({'ask': 'controls', 'totals': var('control_totals')}).rows
    if execute and has_transactions() and var('control_totals') else [] %}

with

orders as (

    select * from {{ ref('int_orders') }}

),

-- What one would look up in one's books: for all, and by month.
sums as (

    select
        cast(null as varchar) as month_name,
        coalesce(sum(net_amount), 0) as revenue,
        count(*) filter (where is_paid) as orders,
        count(distinct case when is_paid then customer_id end) as customers,
        min(ordered_date) as first_date,
        max(ordered_date) as last_date

    from orders

    {% if books -%}
    union all

    select
        strftime(ordered_date, '%Y-%m') as month_name,
        coalesce(sum(net_amount), 0) as revenue,
        count(*) filter (where is_paid) as orders,
        count(distinct case when is_paid then customer_id end) as customers,
        min(ordered_date) as first_date,
        max(ordered_date) as last_date

    from orders

    group by month_name
    {%- endif %}

),

books as (

    {% for one in books %}
    select
        cast({{ sql_text(one.month) if one.month else 'null' }} as varchar)
            as month_name,
        {{ sql_text(one.measure) }} as measure,
        cast({{ one.value }} as double) as theirs
    {{ "union all" if not loop.last }}
    {% else %}
    select
        cast(null as varchar) as month_name,
        cast(null as varchar) as measure,
        cast(null as double) as theirs
    where false
    {% endfor %}

),

compared as (

    select
        books.month_name,
        books.measure,
        books.theirs,
        cast(
            case books.measure
                when 'revenue' then coalesce(sums.revenue, 0)
                when 'orders' then coalesce(sums.orders, 0)
                else coalesce(sums.customers, 0)
            end as double
        ) as ours

    from books

    left join sums
        on coalesce(books.month_name, '') = coalesce(sums.month_name, '')

),

controls as (

    select
        'control_' || measure || coalesce('_' || replace(month_name, '-', '_'), '')
            as check_name,
        month_name,
        measure,
        ours,
        theirs,
        abs(ours - theirs) / nullif(abs(theirs), 0) as off_share,
        abs(ours - theirs) <= {{ var('control_tolerance') }} * abs(theirs)
            as is_within,
        measure || coalesce(' of ' || month_name, '') || ': ours '
        || case
            when measure = 'revenue' then {{ money_written('ours') }}
            else {{ number_written('ours') }}
        end
        || ', your books '
        || case
            when measure = 'revenue' then {{ money_written('theirs') }}
            else {{ number_written('theirs') }}
        end as detail

    from compared

),

-- One sentence to hold against one's books, whether or not they were given.
sentence as (

    select
        'books' as check_name,
        cast(null as varchar) as month_name,
        cast(null as varchar) as measure,
        cast(revenue as double) as ours,
        cast(null as double) as theirs,
        cast(null as double) as off_share,
        cast(null as boolean) as is_within,
        'to compare with your books: ' || {{ money_written('revenue') }}
        || ' of revenue in ' || {{ number_written('orders') }} || ' orders from '
        || {{ number_written('customers') }} || ' customers, '
        || cast(first_date as varchar) || ' to ' || cast(last_date as varchar)
            as detail

    from sums

    where month_name is null and first_date is not null

)

select
    check_name,
    month_name,
    measure,
    ours,
    theirs,
    off_share,
    is_within,
    detail

from controls

union all

select
    check_name,
    month_name,
    measure,
    ours,
    theirs,
    off_share,
    is_within,
    detail

from sentence
