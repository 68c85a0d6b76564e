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
        {{ quantile_value('measure_value', 0.2) }} as cut_1,
        {{ quantile_value('measure_value', 0.4) }} as cut_2,
        {{ quantile_value('measure_value', 0.6) }} as cut_3,
        {{ quantile_value('measure_value', 0.8) }} as cut_4

    from measures

    group by as_of_date, measure

),

-- Where most customers ordered once, quintiles of frequency coincide and bands say more.
with_method as (

    select
        *,
        measure = 'frequency'
        and not (cut_1 < cut_2 and cut_2 < cut_3 and cut_3 < cut_4) as is_banded

    from quintiles

),

cut_points as (

    select
        as_of_date,
        measure,
        case when is_banded then 'bands' else 'quintiles' end as method,
        {% for band in bands -%}
        case when is_banded then {{ band }} else cut_{{ loop.index }} end
            as cut_{{ loop.index }}{{ "," if not loop.last }}
        {% endfor %}
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
