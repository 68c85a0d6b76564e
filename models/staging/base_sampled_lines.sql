{% set one_in = sample_one_in(
    ref('base_source_months'), 'sum(row_count)', var('quality_sample_rows')
) %}
{{ config(
    materialized='incremental',
    pre_hook="{{ delete_changed(
        ref('base_source_files'), 'source_file',
        sample_one_in(
            ref('base_source_months'), 'sum(row_count)', var('quality_sample_rows')
        )
    ) }}"
) }}

with

files as (

    select
        files.source_file,
        files.fingerprint

    from {{ ref('base_source_files') }} as files

    where {{ is_missing('files', 'source_file', one_in) }}

),

judged as (

    select * from {{ ref('base_transactions_judged') }}

    where
        reason is null
        and {{ is_in_files(
            'select files.source_file from ' ~ ref('base_source_files')
            ~ ' as files where '
            ~ is_missing('files', 'source_file', one_in)
        ) }}

),

-- Copies have the same customer, and shared orders the same id: a sample by these keys
-- finds as many per row as all rows would, at a bounded cost. The sampling rate is
-- known when the model is compiled, so other rows are never written out as text.
sampled as (

    select
        source_file,
        customer_id,
        order_id,
        {{ is_in_sample('customer_id', one_in) }} as is_in_customer_sample,
        {{ is_in_sample('order_id', one_in) }} as is_in_order_sample,
        cast(
            {{ row_hash(
                'raw_' ~ transaction_column_names() | join(', raw_')
            ) }} as decimal(20, 0)
        ) as row_hash

    from judged

    where
        {{ is_in_sample('customer_id', one_in) }}
        or {{ is_in_sample('order_id', one_in) }}

)

select
    sampled.*,
    files.fingerprint || '{{ one_in }}' as fingerprint

from sampled

left join files
    on sampled.source_file = files.source_file
