{% set bands = var('frequency_bands') %}

with

features as (

    select * from {{ ref('int_customer_features') }}

    where order_count > 0

),

-- Cut points are values that occur, so equal customers always end up on the same side.
quintiles as (

    select
        as_of_date,
        {{ quantile_values('recency_days', [0.2, 0.4, 0.6, 0.8]) }} as recency,
        {{ quantile_values('order_count', [0.2, 0.4, 0.6, 0.8]) }} as frequency,
        {{ quantile_values('monetary_value', [0.2, 0.4, 0.6, 0.8]) }} as monetary

    from features

    group by as_of_date

),

cuts as (

    {% for measure in ['recency', 'frequency', 'monetary'] %}
    select
        as_of_date,
        '{{ measure }}' as measure,
        {{ measure }}[1] as cut_1,
        {{ measure }}[2] as cut_2,
        {{ measure }}[3] as cut_3,
        {{ measure }}[4] as cut_4

    from quintiles

    {{ "union all" if not loop.last }}

    {% endfor %}
),

-- Where most customers ordered once, quintiles of frequency coincide: bands say more.
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
