"""One row per predicted day, group of order days and knot: silence as it came."""

import pyarrow as pa

from segmentation.evaluating.expectation.silence import SILENCE_SCHEMA, silence_rows
from segmentation.preparing.read_settings import settings


def model(dbt, session):
    """Hold past predictions of silence against what customers did."""
    dbt.config(materialized="table")
    trials = (
        dbt.ref("int_expectation_model")
        .filter("is_sampled and not is_newest and not has_yearly_rhythm")
        .project("customer_id, days_before, order_days, model_silence, next_order_days")
        # Sums of floats depend on the order of rows: it is the same in every build.
        .order("days_before, customer_id")
    )
    chosen = settings()
    backtest_days = chosen["prediction_backtest_days"]
    table = silence_rows(
        trials.df(),
        origins=[0, *backtest_days],
        backtest_days=backtest_days,
        prior_customers=chosen["prediction_prior_customers"],
    )
    return pa.Table.from_pandas(table, schema=SILENCE_SCHEMA, preserve_index=False)
