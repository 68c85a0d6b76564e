-- Stands for the model of order lines that you have. Its rows are the sample's.
with

lines as (

    select * from {{ ref('customer_segmentation', 'sample_transactions') }}

),

sold as (

    select
        customer_id as buyer,
        try_cast(ordered_at as timestamp) as bought_at,
        order_id as receipt,
        product_id as article,
        category as department,
        try_cast(amount as decimal(18, 2)) as paid,
        try_cast(quantity as integer) as pieces

    from lines

    where status = 'paid'

)

select * from sold
