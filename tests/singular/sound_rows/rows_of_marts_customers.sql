{{ sound_rows([
    ref('customer_segments'),
    ref('customer_predictions'),
    ref('segment_history'),
]) }}
