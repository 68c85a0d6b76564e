"""One row per predicted day, group of order days and knot: silence as it came."""

import pyarrow as pa

from segmentation.evaluating.expectation.silence import SILENCE_SCHEMA, silence_rows


def model(dbt, session):
    """Hold past predictions of silence against what customers did."""
    dbt.config(materialized="table")
    trials = (
        dbt.ref("int_expectation_model")
        .filter("is_sampled and not is_newest and not has_yearly_rhythm")
        .project("days_before, order_days, model_silence, next_order_days")
    )
    table = silence_rows(trials.df(), **dbt.config.meta_get("settings"))
    return pa.Table.from_pandas(table, schema=SILENCE_SCHEMA, preserve_index=False)
