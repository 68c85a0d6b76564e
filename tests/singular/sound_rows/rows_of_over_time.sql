{{ sound_rows([
    ref('int_history_dates'),
    ref('int_segment_history'),
    ref('int_movement_steps'),
]) }}
