"""Do segments tell what customers do next? Out of time, against plain RFM."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.evaluating.group_means import (
    customer_folds,
    expected_outcomes,
    explained_variance,
    top_decile_lift,
)
from segmentation.wording.sentences import joined

METHODS = {
    "segments": "the segments",
    "rfm_groups": "the groups of the RFM grid",
    "rfm_quintiles": "the cells of R, F and M quintiles",
    "spend_deciles": "deciles of past spend",
}
OUTCOMES = {
    "spend_90d": "spend",
    "orders_90d": "number of orders",
    "is_silent_90d": "silence",
}
# The highest values are capped at this quantile: else a single customer decides.
CAP_QUANTILE = 0.99
# Differences of explained variance below this are called equal.
LEAST_DIFFERENCE = 0.01
DIGITS = 4

USEFULNESS_SCHEMA = pa.schema(
    [
        ("method", pa.string()),
        ("outcome", pa.string()),
        ("as_of_date", pa.date32()),
        ("customer_count", pa.int64()),
        ("group_count", pa.int64()),
        ("explained_variance", pa.float64()),
        ("top_decile_lift", pa.float64()),
        ("verdict", pa.string()),
    ]
)


def measure_usefulness(
    *,
    customers: pd.DataFrame,
    groupings: dict[str, np.ndarray],
    as_of_date,
) -> pd.DataFrame:
    """Compare ways to group customers by what the customers did afterwards.

    Parameters
    ----------
    customers
        n rows: customer_id, spend_90d (money), orders_90d, is_silent_90d (0 or 1).
    groupings
        (n,) group of each customer by method; every method in `METHODS`.
    as_of_date
        When the groups were formed.

    Returns
    -------
    One row per method and outcome: explained_variance (ten folds, out of sample),
    top_decile_lift, and verdict, one sentence. Spend is capped at its 99th percentile.
    """
    order = np.argsort(customers["customer_id"].astype(str).to_numpy(), kind="stable")
    customers = customers.iloc[order]
    folds = customer_folds(customers["customer_id"])
    rows = []
    for outcome in OUTCOMES:
        actual = customers[outcome].to_numpy(dtype=float)
        actual = np.minimum(actual, np.quantile(actual, CAP_QUANTILE))
        for method, groups in groupings.items():
            ordered = np.asarray(groups)[order]
            predicted, overall = expected_outcomes(
                groups=ordered, outcome=actual, folds=folds
            )
            explained = explained_variance(
                outcome=actual, predicted=predicted, overall=overall
            )
            lift = top_decile_lift(outcome=actual, predicted=predicted, folds=folds)
            rows.append(
                {
                    "method": method,
                    "outcome": outcome,
                    "as_of_date": as_of_date,
                    "customer_count": len(customers),
                    "group_count": pd.Series(ordered).nunique(),
                    "explained_variance": _rounded(explained),
                    "top_decile_lift": _rounded(lift),
                }
            )
    table = pd.DataFrame(rows)
    table["verdict"] = table["outcome"].map(
        {outcome: _verdict(table, outcome) for outcome in OUTCOMES}
    )
    return table[USEFULNESS_SCHEMA.names]


def too_short(*, as_of_date, reason: str) -> pd.DataFrame:
    """Return the one row that says why nothing could be measured."""
    row = dict.fromkeys(USEFULNESS_SCHEMA.names)
    row.update(
        method="segments",
        outcome="spend_90d",
        as_of_date=as_of_date,
        customer_count=0,
        group_count=0,
        verdict=f"Not measured: {reason}",
    )
    return pd.DataFrame([row])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _verdict(table: pd.DataFrame, outcome: str) -> str:
    rows = table[table["outcome"] == outcome].set_index("method")
    shares = rows["explained_variance"]
    what = f"the {OUTCOMES[outcome]} of the following three months"
    if shares.isna().any():
        return f"All customers are alike in {what}."
    own = shares["segments"]
    others = shares.drop("segments")
    found = {
        "more than": others[own - others >= LEAST_DIFFERENCE],
        "as much as": others[(own - others).abs() < LEAST_DIFFERENCE],
        "less than": others[others - own >= LEAST_DIFFERENCE],
    }
    parts = []
    for words, some in found.items():
        named = [f"{METHODS[name]} ({share:.1%})" for name, share in some.items()]
        parts += [f"{words} {joined(named)}"] if named else []
    count = int(rows.loc["segments", "group_count"])
    who = "1 segment" if count == 1 else f"{count} segments"
    explain = "explains" if count == 1 else "explain"
    return (
        f"{who} fixed three months earlier {explain} {own:.1%} of the "
        f"differences in {what}: {', '.join(parts)}."
    )
