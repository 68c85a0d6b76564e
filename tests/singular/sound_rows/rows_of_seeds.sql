{{ sound_rows([
    ref('list_formats'),
    ref('exclusion_rules'),
    ref('erased_customers'),
    ref('exclude_from_exports'),
    ref('segment_names'),
    ref('feature_labels'),
    ref('rfm_grid'),
    ref('playbook'),
    ref('special_segments'),
    ref('lifecycle_states'),
]) }}
