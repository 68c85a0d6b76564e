{{ sound_rows([
    ref('revenue_bridge'),
    ref('cohort_retention'),
    ref('cohort_revenue'),
    ref('second_orders'),
    ref('rfm_migration'),
    ref('revenue_concentration'),
    ref('first_product_effect'),
]) }}
