{{ sound_rows([
    ref('int_categories'),
    ref('int_channels'),
    ref('int_month_fingerprints'),
    ref('int_customer_months'),
    ref('int_as_of_dates'),
    ref('int_clustered_features'),
    ref('int_rfm_quintiles'),
]) }}
