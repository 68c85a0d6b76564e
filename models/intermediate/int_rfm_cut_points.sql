{%- set bands = var('frequency_bands') -%}

with

features as (

    select * from {{ ref('int_customer_features') }}

    where order_count > 0

),

measures as (

    select
        as_of_date,
        'recency' as measure,
        cast(recency_days as decimal(18, 2)) as measure_value

    from features

    union all

    select
        as_of_date,
        'frequency' as measure,
        cast(order_count as decimal(18, 2)) as measure_value

    from features

    union all

    select
        as_of_date,
        'monetary' as measure,
        monetary_value as measure_value

    from features

),

-- Cut points are values that occur, so equal customers always fall on the same side.
quintiles as (

    select
        as_of_date,
        measure,
        {{ quantile_values('measure_value', [0.2, 0.4, 0.6, 0.8]) }} as cuts

    from measures

    group by as_of_date, measure

),

cuts as (

    select
        as_of_date,
        measure,
        {{ list_item('cuts', 1) }} as cut_1,
        {{ list_item('cuts', 2) }} as cut_2,
        {{ list_item('cuts', 3) }} as cut_3,
        {{ list_item('cuts', 4) }} as cut_4

    from quintiles

),

-- Where most customers ordered once, quintiles of frequency coincide and bands say more.
with_method as (

    select
        *,
        measure = 'frequency'
        and not (cut_1 < cut_2 and cut_2 < cut_3 and cut_3 < cut_4) as is_banded

    from cuts

),

cut_points as (

    select
        as_of_date,
        measure,
        case when is_banded then {{ bands[0] }} else cut_1 end as cut_1,
        case when is_banded then {{ bands[1] }} else cut_2 end as cut_2,
        case when is_banded then {{ bands[2] }} else cut_3 end as cut_3,
        case when is_banded then {{ bands[3] }} else cut_4 end as cut_4,
        case when is_banded then 'bands' else 'quintiles' end as method

    from with_method

)

select
    as_of_date,
    measure,
    method,
    cast(cut_1 as decimal(18, 2)) as cut_1,
    cast(cut_2 as decimal(18, 2)) as cut_2,
    cast(cut_3 as decimal(18, 2)) as cut_3,
    cast(cut_4 as decimal(18, 2)) as cut_4

from cut_points
