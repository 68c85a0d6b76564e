{{ sound_rows([
    ref('int_calendar_months'),
    ref('int_monthly_activity'),
    ref('int_control_totals'),
]) }}
