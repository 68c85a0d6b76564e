{{ sound_rows([
    ref('int_campaigns'),
    ref('int_campaign_sums'),
    ref('published_assignments'),
    ref('published_results'),
    ref('fitted_campaign_results'),
    ref('campaign_assignments'),
    ref('campaign_results'),
    ref('rejected_contacts'),
]) }}
