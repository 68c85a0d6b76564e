{{ sound_rows([
    ref('int_segments'),
    ref('int_actions_by_day'),
    ref('int_attribute_profiles'),
    ref('int_contacts'),
    ref('int_export_exclusions'),
    ref('int_history_dates'),
    ref('int_segment_history'),
    ref('int_movement_steps'),
]) }}
