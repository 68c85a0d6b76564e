"""One row per model dimension: how a feature is transformed and scaled."""

import pyarrow as pa

from segmentation.preprocessing import FEATURES_SCHEMA, fit_preprocessing
from segmentation.published import kept_table, read_published
from segmentation.sampling import fetch_sample


def model(dbt, session):
    """Fit the preprocessing on the newest features of a sample by hash of the key."""
    dbt.config(materialized="table")
    settings = dbt.config.meta_get("settings")
    features = dbt.ref("int_customer_features")
    decision = dbt.ref("refit_decision")
    if not decision.df()["is_refit"].item():
        return kept_table(read_published().features, schema=FEATURES_SCHEMA)
    ((newest,),) = features.max("as_of_date").fetchall()
    newest_features = features.filter(
        f"as_of_date = date '{newest}' and order_count > 0"
    )
    sample = fetch_sample(
        relation=newest_features,
        key="customer_id",
        limit=settings.pop("sample_size"),
    )
    fitted = fit_preprocessing(frame=sample, **settings)
    return pa.Table.from_pandas(fitted, schema=FEATURES_SCHEMA, preserve_index=False)
