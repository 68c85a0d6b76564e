{{ sound_rows([
    ref('int_order_days'),
    ref('int_order_statistics'),
    ref('int_expectation_refusals'),
    ref('int_customer_silence'),
    ref('int_customer_expectation'),
    ref('fitted_expectation'),
    ref('fitted_silence'),
    ref('fitted_spend'),
    ref('int_calendar_months'),
    ref('int_monthly_activity'),
    ref('int_control_totals'),
]) }}
