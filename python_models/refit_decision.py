"""One row: whether the published model is kept or a new one is fitted, and why."""

import pandas as pd
import pyarrow as pa

from segmentation.over_time.refit_decision import DECISION_SCHEMA, decide
from segmentation.over_time.refit_reasons import Limits
from segmentation.preparing.current_customers import newest_customers
from segmentation.preparing.sampling import fetch_sample
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Compare the published model with a sample, by hash of the key, of today."""
    dbt.config(materialized="table")
    clustered = dbt.ref("int_clustered_features")
    behaviour = dbt.ref("int_customer_features")
    today = newest_customers(
        clustered=clustered,
        behaviour=behaviour,
        columns=dbt.config.meta_get("drift_features"),
    )
    row = decide(
        refit=dbt.config.meta_get("refit"),
        published=read_published(),
        settings=dbt.config.meta_get("settings"),
        features=fetch_sample(
            relation=today,
            key="customer_id",
            limit=dbt.config.meta_get("drift_sample_size"),
        ),
        customer_ids=today.project("customer_id").df()["customer_id"],
        limits=Limits(**dbt.config.meta_get("limits")),
        group_search=dbt.config.meta_get("looking"),
    )
    return pa.Table.from_pandas(
        pd.DataFrame([row]), schema=DECISION_SCHEMA, preserve_index=False
    )
