"""Predictions of a build that ends early, and what came after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from dbt_builds import run_dbt
from segmentation.evaluating.expectation.proof import prediction_proof

HORIZON_DAYS = 90
PREDICTED = ("+customer_predictions", "+prediction_quality", "+prediction_calibration")


def built(home: Path, variables: Mapping[str, object], *names: str) -> Path:
    """Build models and what is above them; returns the build's database."""
    options = ("--select", *names, "--exclude-resource-type", "test", "unit_test")
    build = run_dbt(home=home, variables=variables, options=options)
    assert build.exit_code == 0, build.output
    return home / "build.duckdb"


def table(database: Path, query: str) -> pd.DataFrame:
    """Rows of a query over a build's database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).df()


def orders(database: Path) -> pd.DataFrame:
    """All orders of a build: customer_id, ordered_date, net_amount, is_paid."""
    return table(
        database,
        "select customer_id, cast(ordered_date as timestamp) as ordered_date, "
        "cast(net_amount as double) as net_amount, is_paid from int_orders",
    )


def with_outcomes(database: Path, later: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Today's predictions of a build, with what came in the horizon after it."""
    predictions = table(
        database, "select * from int_customer_expectation where is_newest"
    ).drop(columns=["next_spend", "next_order_days"])
    ahead = (later["ordered_date"] - pd.Timestamp(as_of)).dt.days
    known = later[(ahead > 0) & (ahead <= HORIZON_DAYS)]
    spend = known.groupby("customer_id")["net_amount"].sum()
    paid = known[known["is_paid"]].groupby("customer_id")["ordered_date"].nunique()
    ids = predictions["customer_id"]
    first = later[(ahead > 0) & later["is_paid"]].groupby("customer_id")["ordered_date"]
    return predictions.assign(
        next_spend=ids.map(spend).fillna(0.0),
        next_order_days=ids.map(paid).fillna(0).astype(int),
        next_date=ids.map(first.min()),
        days_before=0,
    )


def proof(database: Path, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Errors of ours and of plain ways to predict, by measure and method."""
    earlier = table(
        database,
        "select days_before, wait_days, order_days, net_amount, next_spend, "
        "next_order_days from int_order_statistics where is_sampled and not is_newest",
    )
    return prediction_proof(
        predictions=outcomes, earlier=earlier, horizon_days=HORIZON_DAYS
    ).set_index(["measure", "method"])


def by_group(outcomes: pd.DataFrame, group: str) -> pd.DataFrame:
    """Expected and actual share who order, and spend, of a state or tier."""
    frame = outcomes.assign(
        ordered=(outcomes["next_order_days"] > 0).astype(float),
        expected_ordered=1 - outcomes["silence_probability"],
        expected_spend=outcomes["expected_spend"].astype(float),
    )
    return frame.groupby(group).agg(
        customers=("ordered", "size"),
        expected_share=("expected_ordered", "mean"),
        actual_share=("ordered", "mean"),
        expected_spend=("expected_spend", "sum"),
        actual_spend=("next_spend", "sum"),
    )
