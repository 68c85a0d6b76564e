{{ sound_rows([
    ref('fitted_rfm_cut_points'),
    ref('fitted_segments'),
    ref('fitted_names'),
    ref('fitted_registry'),
    ref('refit_decision'),
    ref('published_customers'),
]) }}
