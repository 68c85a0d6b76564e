"""One row per past cut-off, measure and method: how far predictions were off."""

import pyarrow as pa

from segmentation.evaluating.expectation.proof import QUALITY_SCHEMA, prediction_proof
from segmentation.preparing.read_settings import settings
from segmentation.releases.kept_answers import kept_answer


def model(dbt, session):
    """Hold corrected predictions of past cut-offs, and plain rivals, to what came."""
    dbt.config(materialized="table")
    # Sums of floats depend on the order of rows: it is the same in every build.
    predictions = (
        dbt.ref("int_customer_expectation")
        .filter("is_sampled and not is_newest")
        .order("origin_days_before, customer_id")
    )
    earlier = (
        dbt.ref("int_order_statistics")
        .filter("is_sampled and not is_newest")
        .project(
            "customer_id, days_before, wait_days, order_days, net_amount, next_spend, "
            "next_order_days"
        )
        .order("days_before, customer_id")
    )
    return kept_answer(
        "fitted_prediction_quality",
        proven,
        predictions=predictions.df().rename(
            columns={"origin_days_before": "days_before"}
        ),
        earlier=earlier.df(),
        horizon_days=settings()["prediction_horizon_days"],
    )


def proven(**made_from):
    """Return the proof as a table."""
    proof = prediction_proof(**made_from)
    return pa.Table.from_pandas(proof, schema=QUALITY_SCHEMA, preserve_index=False)
