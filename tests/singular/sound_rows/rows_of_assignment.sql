{{ sound_rows([
    ref('int_segments'),
    ref('int_segment_names'),
    ref('int_actions_by_day'),
    ref('int_customer_actions'),
    ref('int_segment_actions'),
    ref('int_order_profiles'),
    ref('int_attribute_profiles'),
    ref('int_contacts'),
    ref('int_export_exclusions'),
]) }}
