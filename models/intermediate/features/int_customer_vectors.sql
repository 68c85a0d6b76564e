-- depends_on: {{ ref('fitted_features') }}
-- depends_on: {{ ref('stg_customers') }}
{{ config(materialized=derived_when_read()) }}

-- The coordinates in which distances are measured, in the order of fitted_features.
-- Each dimension's numbers are written out when this model is built. Where all
-- customers are alike, there are no dimensions.
select
    customer_id,
    as_of_date,
    cast([{{ fitted_dimensions() | join(', ') }}] as double[]) as vector

from {{ ref('int_clustered_features') }}
