"""One row per model dimension: how a feature is transformed and scaled."""

import pyarrow as pa

from segmentation.assigning.model_rows import kept_table
from segmentation.preparing.preprocessing import FEATURES_SCHEMA, fit_preprocessing
from segmentation.preparing.read_settings import settings, settings_for
from segmentation.preparing.sampling import fetch_sample
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Fit the preprocessing on the newest features of a sample by hash of the key."""
    dbt.config(materialized="table")
    features = dbt.ref("int_clustered_features")
    labels = dbt.ref("feature_labels")
    decision = dbt.ref("refit_decision").df()
    # A refit that starts from the published segments moves borders, not the axes.
    if not decision["is_refit"].item() or decision["starts_from_published"].item():
        return kept_table(
            read_published(with_customers=False).features, schema=FEATURES_SCHEMA
        )
    ((newest,),) = features.max("as_of_date").fetchall()
    sample = fetch_sample(
        relation=features.filter(f"as_of_date = date '{newest}'"),
        key="customer_id",
        limit=settings()["sample_size"],
    )
    # Without orders, what is clustered on is every column of the customer table.
    wanted = settings()["segment_features"]
    if not set(wanted) <= set(features.columns):
        keys = {"customer_id", "as_of_date"}
        wanted = [name for name in features.columns if name not in keys]
    fitted = fit_preprocessing(
        frame=sample,
        labels=labels.df(),
        **{**settings_for(fit_preprocessing), "segment_features": wanted},
    )
    return pa.Table.from_pandas(fitted, schema=FEATURES_SCHEMA, preserve_index=False)
