{{ sound_rows([
    ref('segment_history'),
    ref('segment_monthly'),
    ref('segment_movements'),
    ref('segment_registry'),
    ref('movement_quality'),
]) }}
