with

cut_points as (

    select * from {{ ref('fitted_rfm_cut_points') }}

),

-- Four cut points make five scores; recency counts down, the others up.
score_ranges as (

    {% for score in [1, 2, 3, 4, 5] -%}
    select
        as_of_date,
        measure,
        method,
        case
            when measure = 'recency' then {{ 6 - score }}
            else {{ score }}
        end as score,
        {{ 'null' if score == 1 else 'cut_' ~ (score - 1) }} as above_value,
        {{ 'null' if score == 5 else 'cut_' ~ score }} as up_to_value

    from cut_points

    {{ "union all" if not loop.last }}

    {% endfor %}
)

select
    as_of_date,
    measure,
    cast(score as integer) as score,
    cast(above_value as double) as above_value,
    cast(up_to_value as double) as up_to_value,
    method

from score_ranges
