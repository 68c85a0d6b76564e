{{ sound_rows([
    ref('base_months'),
    ref('rejected_transactions'),
    ref('stg_customers'),
]) }}
