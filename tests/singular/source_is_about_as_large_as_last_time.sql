{% set found = fromjson(ask_python(
    'segmentation_last_release', tojson(var('transactions'))
)) if execute else {} %}

-- A source that lost a third of its rows since the last release is half an export, one
-- that doubled is loaded twice. Only compared where the var transactions is the same.
with

source_rows as (

    select rows_checked as row_count from {{ ref('data_quality') }}

    where check_name = 'source_rows'

),

last_release as (

    {% if found.source_rows -%}
    select {{ found.source_rows }} as row_count
    {%- else -%}
    select cast(null as bigint) as row_count
    where false
    {%- endif %}

)

select
    last_release.row_count as rows_in_last_release,
    source_rows.row_count as rows_now

from source_rows

cross join last_release

where
    source_rows.row_count
    < last_release.row_count * (1 - {{ var('source_rows_fall_maximum') }})
    or source_rows.row_count
    > last_release.row_count * (1 + {{ var('source_rows_rise_maximum') }})
