-- depends_on: {{ ref('fitted_features') }}
-- depends_on: {{ ref('stg_customers') }}
{{ config(materialized=derived_when_read()) }}

-- The coordinates that distances are measured in, in the order of fitted_features. The
-- numbers of each dimension are written out when the model is built. Where all customers
-- are alike there is no dimension.
select
    customer_id,
    as_of_date,
    cast([{{ fitted_dimensions() | join(', ') }}] as double[]) as vector

from {{ ref('int_clustered_features') }}
