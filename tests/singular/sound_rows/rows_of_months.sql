{{ sound_rows([
    ref('int_monthly_activity'),
    ref('int_control_totals'),
]) }}
