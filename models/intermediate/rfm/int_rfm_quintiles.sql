-- depends_on: {{ ref('int_as_of_dates') }}
{% set bands = var('frequency_bands') %}

with

customers as (

    select * from {{ ref('int_customer_features') }}

    where
        first_order_date is not null
        and as_of_date = {{ newest_date(ref('int_as_of_dates')) }}

),

-- Cut points are values that occur, unrounded, so equal customers always fall on the
-- same side, in whatever currency their money is.
-- Those without an order in the RFM window are below all cuts, so they make none.
quintiles as (

    select
        {{ quantile_values('recency_days', [0.2, 0.4, 0.6, 0.8]) }} as recency,
        {{ quantile_values(
            'case when order_count > 0 then order_count_scaled end',
            [0.2, 0.4, 0.6, 0.8]
        ) }} as frequency,
        {{ quantile_values(
            'case when order_count > 0 then monetary_value_scaled end',
            [0.2, 0.4, 0.6, 0.8]
        ) }} as monetary

    from customers

),

cuts as (

    {% for measure in ['recency', 'frequency', 'monetary'] %}
    select
        '{{ measure }}' as measure,
        cast({{ measure }}[1] as double) as cut_1,
        cast({{ measure }}[2] as double) as cut_2,
        cast({{ measure }}[3] as double) as cut_3,
        cast({{ measure }}[4] as double) as cut_4

    from quintiles

    {{ "union all" if not loop.last }}

    {% endfor %}
),

-- Where most customers ordered once, quintiles of frequency coincide and bands say more.
with_method as (

    select
        *,
        measure = 'frequency'
        and not (cut_1 < cut_2 and cut_2 < cut_3 and cut_3 < cut_4) as is_banded

    from cuts

    where cut_1 is not null

)

select
    measure,
    case when is_banded then 'bands' else 'quintiles' end as method,
    case when is_banded then {{ bands[0] }} else cut_1 end as cut_1,
    case when is_banded then {{ bands[1] }} else cut_2 end as cut_2,
    case when is_banded then {{ bands[2] }} else cut_3 end as cut_3,
    case when is_banded then {{ bands[3] }} else cut_4 end as cut_4

from with_method
