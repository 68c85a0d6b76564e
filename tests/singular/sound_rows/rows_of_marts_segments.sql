{{ sound_rows([
    ref('segments'),
    ref('segment_actions'),
    ref('segment_profiles'),
    ref('segment_demographics'),
    ref('segment_candidates'),
    ref('candidate_crosswalk'),
    ref('rfm_grid_cells'),
    ref('rfm_cut_points'),
]) }}
