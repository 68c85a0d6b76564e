"""One row: whether the published model is kept or a new one is fitted, and why."""

import pandas as pd
import pyarrow as pa

from segmentation.preparing.current_customers import (
    QUARTER_DAYS,
    newest_customers,
    sample_days_before,
)
from segmentation.preparing.read_settings import settings
from segmentation.preparing.sampling import fetch_sample
from segmentation.releases.kept_answers import kept_answer
from segmentation.releases.published_model import read_published


def model(dbt, session):
    """Compare the published model with a sample, by hash of the key, of today."""
    dbt.config(materialized="table")
    clustered = dbt.ref("int_clustered_features")
    behaviour = dbt.ref("int_customer_features")
    values = settings()
    today = newest_customers(
        clustered=clustered, behaviour=behaviour, columns=values["drift_features"]
    )
    labels = dbt.ref("feature_labels")
    return kept_answer(
        "refit_decision",
        decided,
        published=read_published(),
        settings=values,
        features=fetch_sample(
            relation=today, key="customer_id", limit=values["drift_sample_size"]
        ),
        customer_ids=today.project("customer_id").df()["customer_id"],
        labels=labels.df(),
        earlier=sample_days_before(
            relation=clustered,
            days=QUARTER_DAYS,
            limit=values["structure_sample_size"],
        ),
    )


def decided(**made_from):
    """Return the one row; scikit-learn is loaded here."""
    from segmentation.over_time.refit_decision import DECISION_SCHEMA, decide

    row = pd.DataFrame([decide(**made_from)])
    return pa.Table.from_pandas(row, schema=DECISION_SCHEMA, preserve_index=False)
