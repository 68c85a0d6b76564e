-- depends_on: {{ ref('int_as_of_dates') }}
select *  -- noqa: AM04
from {{ ref('int_rfm_scores') }}

where as_of_date = {{ newest_date(ref('int_as_of_dates')) }}
