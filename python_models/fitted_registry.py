"""One row per segment and model that changed it: the life of every segment id."""

import pyarrow as pa

from segmentation.lineage import REGISTRY_SCHEMA, old_ids, trace_segments
from segmentation.published import kept_table, linear_model, read_published
from segmentation.sampling import fetch_sample


def model(dbt, session):
    """Add what a refit did to each segment; a kept model adds nothing."""
    dbt.config(materialized="table")
    features = dbt.ref("int_customer_features")
    vectors = dbt.ref("int_customer_vectors")
    segments = dbt.ref("fitted_segments")
    decision = dbt.ref("refit_decision").df()
    published = read_published()
    if not decision["is_refit"].item():
        return kept_table(published.registry, schema=REGISTRY_SCHEMA)
    if decision["is_new_registry"].item():
        published = None
    ((newest,),) = vectors.max("as_of_date").fetchall()
    vectors = vectors.filter(f"as_of_date = date '{newest}'")
    features = features.filter(f"as_of_date = date '{newest}'")
    sample = fetch_sample(
        relation=features.join(vectors.project("customer_id, vector"), "customer_id"),
        key="customer_id",
        limit=dbt.config.meta_get("sample_customers"),
    )
    segments = segments.df()
    placed, ids = linear_model(segments)
    new = placed.predict(sample["vector"].tolist())
    registry = trace_segments(
        segments=segments,
        customer_ids=sample["customer_id"],
        new_ids=[ids[row] for row in new],
        old_ids=old_ids(published=published, features=sample),
        published=published,
        as_of_date=newest,
        limit=dbt.config.meta_get("lineage_share"),
    )
    return pa.Table.from_pandas(registry, schema=REGISTRY_SCHEMA, preserve_index=False)
