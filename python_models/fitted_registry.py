"""One row per segment and model that changed it: the life of every segment id."""

import pyarrow as pa

from segmentation.assigning.model_rows import kept_table, linear_model
from segmentation.over_time.lineage import REGISTRY_SCHEMA, old_ids, trace_segments
from segmentation.preparing.current_customers import (
    newest_customers,
    sample_with_vectors,
)
from segmentation.preparing.read_settings import settings
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Add what a refit did to each segment; a kept model adds nothing."""
    dbt.config(materialized="table")
    clustered = dbt.ref("int_clustered_features")
    behaviour = dbt.ref("int_customer_features")
    vectors = dbt.ref("int_customer_vectors")
    segments = dbt.ref("fitted_segments")
    names = dbt.ref("fitted_names").df()[["segment_id", "segment_name"]]
    decision = dbt.ref("refit_decision").df()
    is_refit = bool(decision["is_refit"].item())
    published = read_published(with_customers=is_refit)
    if not is_refit:
        return kept_table(published.registry, schema=REGISTRY_SCHEMA)
    if decision["is_new_registry"].item():
        published = None
    sample = sample_with_vectors(
        customers=newest_customers(clustered=clustered, behaviour=behaviour),
        vectors=vectors,
        limit=settings()["sample_size"],
    )
    segments = segments.df()
    placed, ids = linear_model(segments)
    registry = trace_segments(
        segments=segments.merge(names, on="segment_id"),
        customer_ids=sample["customer_id"],
        new_ids=[ids[row] for row in placed.predict(sample["vector"].tolist())],
        old_ids=old_ids(published=published, features=sample),
        published=published,
        as_of_date=sample["as_of_date"].iloc[0],
        limit=settings()["lineage_share"],
    )
    return pa.Table.from_pandas(registry, schema=REGISTRY_SCHEMA, preserve_index=False)
