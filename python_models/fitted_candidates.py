"""One row per algorithm and number of segments: how good, which is used, and why."""

import numpy as np
import pyarrow as pa

from segmentation.assigning.model_rows import (
    CANDIDATE_LISTS,
    CANDIDATES_SCHEMA,
    kept_table,
)
from segmentation.preparing.current_customers import (
    QUARTER_DAYS,
    newest_customers,
    sample_days_before,
    sample_with_vectors,
)
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import event_steps
from segmentation.preparing.read_settings import settings, settings_for
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Fit and compare on a sample, by hash of the key, of the newest vectors."""
    dbt.config(materialized="table")
    clustered = dbt.ref("int_clustered_features")
    behaviour = dbt.ref("int_customer_features")
    vectors = dbt.ref("int_customer_vectors")
    decision = dbt.ref("refit_decision").df()
    is_refit = bool(decision["is_refit"].item())
    published = read_published(with_customers=is_refit)
    if not is_refit:
        return kept_table(
            published.candidates, lists=CANDIDATE_LISTS, schema=CANDIDATES_SCHEMA
        )
    # For a fit alone: a kept model is read without scikit-learn.
    from segmentation.clustering.fitting import earlier_sample, fit_candidates
    from segmentation.over_time.warm_start import start_from_published

    sample = sample_with_vectors(
        customers=newest_customers(clustered=clustered, behaviour=behaviour),
        vectors=vectors,
        limit=settings()["sample_size"],
    )
    steps = event_steps(
        frame=sample,
        fitted=dbt.ref("fitted_features").df(),
        labels=dbt.ref("feature_labels").df(),
    )
    fit_settings = Settings(**settings_for(Settings), event_steps=steps)
    before = sample_days_before(
        relation=vectors, days=QUARTER_DAYS, limit=fit_settings.structure_sample_size
    )
    customers = {
        "vectors": np.array(sample["vector"].tolist(), dtype=float),
        "keys": sample["customer_id"],
        "settings": fit_settings,
        "earlier": earlier_sample(before, fit_settings),
    }
    candidates = fit_candidates(**customers)
    if decision["starts_from_published"].item():
        candidates = start_from_published(
            candidates=candidates,
            published=published.prototypes,
            churn_maximum=settings()["refit_churn_maximum"],
            **customers,
        )
    return pa.Table.from_pandas(
        candidates, schema=CANDIDATES_SCHEMA, preserve_index=False
    )
