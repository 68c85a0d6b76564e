"""One row per predicted day and correction of spend: mix, factors, ranges."""

import pyarrow as pa

from segmentation.evaluating.expectation.spend import SPEND_SCHEMA, spend_rows
from segmentation.preparing.read_settings import settings


def model(dbt, session):
    """Hold past predictions of spend against what customers spent."""
    dbt.config(materialized="table")
    trials = (
        dbt.ref("int_customer_silence")
        .filter("is_sampled and not is_prediction and not has_yearly_rhythm")
        .project(
            "customer_id, origin_days_before, days_before, history_days, lifecycle, "
            "model_spend, recent_spend, prior_spend, silence_spend, next_spend"
        )
        # Sums of floats depend on the order of rows: it is the same in every build.
        .order("origin_days_before, days_before, customer_id")
    )
    chosen = settings()
    table = spend_rows(
        trials.df(),
        horizon_days=chosen["prediction_horizon_days"],
        error_tolerance=chosen["prediction_error_tolerance"],
        range_share=chosen["prediction_range_share"],
    )
    return pa.Table.from_pandas(table, schema=SPEND_SCHEMA, preserve_index=False)
