{{ sound_rows([
    ref('model_features'),
    ref('model_prototypes'),
    ref('model_calibration'),
    ref('model_candidates'),
    ref('model_segments'),
    ref('model_reference'),
]) }}
