{{ sound_rows([
    ref('data_quality'),
    ref('control_totals'),
    ref('segment_usefulness'),
    ref('prediction_quality'),
    ref('prediction_calibration'),
    ref('tier_usefulness'),
    ref('prediction_record'),
    ref('campaign_plans'),
]) }}
