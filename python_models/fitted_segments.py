"""One row per segment: its id, name, rule and drivers, and the fitted model."""

import numpy as np
import pyarrow as pa

from segmentation.sampling import fetch_sample
from segmentation.segments import SEGMENTS_SCHEMA, fit_segments


def model(dbt, session):
    """Explain and name the segments of the selected candidate, on a sample by hash."""
    dbt.config(materialized="table")
    vectors = dbt.ref("int_customer_vectors")
    features = dbt.ref("int_customer_features")
    (newest,) = vectors.max("as_of_date").fetchone()
    vectors = vectors.filter(f"as_of_date = date '{newest}'")
    features = features.filter(f"as_of_date = date '{newest}'")
    sample = fetch_sample(
        relation=features.join(vectors.project("customer_id, vector"), "customer_id"),
        key="customer_id",
        limit=dbt.config.meta_get("sample_customers"),
    )
    segments = fit_segments(
        candidate=dbt.ref("fitted_candidates").filter("is_selected").df().iloc[0],
        fitted_features=dbt.ref("fitted_features").df(),
        features=sample,
        vectors=np.stack(sample["vector"].to_numpy()),
        names=dbt.ref("segment_names").df(),
        feature_labels=dbt.ref("feature_labels").df(),
    )
    return pa.Table.from_pandas(segments, schema=SEGMENTS_SCHEMA, preserve_index=False)
