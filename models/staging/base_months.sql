-- Changes whenever anything changes that a month's orders and categories are made from.
select
    month_start,
    '{{ project_fingerprint() }}'
    || sum(row_count) || ':' || sum(content_hash) as fingerprint

from {{ ref('base_source_months') }}

where month_start is not null

group by month_start
