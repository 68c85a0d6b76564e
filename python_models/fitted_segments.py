"""One row per segment: its id, rule and drivers, and the fitted model."""

import numpy as np
import pyarrow as pa

from segmentation.assigning.model_rows import SEGMENT_LISTS, kept_table
from segmentation.explaining.segments import SEGMENTS_SCHEMA, fit_segments
from segmentation.over_time.lineage import old_ids, was_published
from segmentation.preparing.read_settings import currency_of, settings
from segmentation.preparing.sampling import fetch_sample
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Explain the segments of the selected candidate, on a sample by hash."""
    dbt.config(materialized="table")
    vectors = dbt.ref("int_customer_vectors")
    features = dbt.ref("int_clustered_features")
    # dbt sees a ref only where it is a call of its own, not inside a chain.
    candidates = dbt.ref("fitted_candidates")
    fitted_features = dbt.ref("fitted_features")
    feature_labels = dbt.ref("feature_labels")
    decision = dbt.ref("refit_decision").df()
    is_refit = bool(decision["is_refit"].item())
    published = read_published(with_customers=is_refit)
    if not is_refit:
        return kept_table(
            published.segments, lists=SEGMENT_LISTS, schema=SEGMENTS_SCHEMA
        )
    if decision["is_new_registry"].item():
        published = None
    ((newest,),) = vectors.max("as_of_date").fetchall()
    vectors = vectors.filter(f"as_of_date = date '{newest}'")
    features = features.filter(f"as_of_date = date '{newest}'")
    sample = fetch_sample(
        relation=features.join(vectors.project("customer_id, vector"), "customer_id"),
        key="customer_id",
        limit=settings()["sample_size"],
    )
    segments = fit_segments(
        candidate=candidates.filter("is_selected").df().iloc[0],
        fitted_features=fitted_features.df(),
        features=sample,
        vectors=np.stack(sample["vector"].to_numpy()),
        feature_labels=feature_labels.df(),
        currency=currency_of(settings()),
        previous_ids=old_ids(published=published, features=sample),
        was_published=was_published(published, sample["customer_id"]),
        used_ids=() if published is None else published.registry["segment_id"],
        smallest_overlap=settings()["identity_overlap_minimum"],
    )
    return pa.Table.from_pandas(segments, schema=SEGMENTS_SCHEMA, preserve_index=False)
