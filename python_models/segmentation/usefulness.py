"""Do segments tell what customers do next? Out of time, against plain RFM."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.wording import joined

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
FOLDS = 10
# A group's mean counts as if that many average customers were in it as well: else
# groups of a few customers would be judged by their luck.
PRIOR_CUSTOMERS = 10
# The highest values are capped at this quantile: else a single customer decides.
CAP_QUANTILE = 0.99
TOP_SHARE = 0.1
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


def customer_folds(customer_ids) -> np.ndarray:
    """Give each customer one of ten folds by a hash of the key.

    Parameters
    ----------
    customer_ids
        (n,) keys.
    """
    return np.array(
        [
            int(hashlib.md5(str(key).encode()).hexdigest()[:8], 16) % FOLDS
            for key in customer_ids
        ],
        dtype=int,
    )


def expected_outcomes(
    *, groups: np.ndarray, outcome: np.ndarray, folds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Predict each customer by the mean of the group among the other folds.

    Parameters
    ----------
    groups
        (n,) group of each customer, any hashable values.
    outcome
        (n,) what happened.
    folds
        (n,) fold of each customer.

    Returns
    -------
    Two (n,) arrays: the prediction by group, pulled a little to the overall mean, and
    the overall mean itself, both without the customer's own fold.
    """
    numbers, _ = pd.factorize(pd.Series(groups, dtype="object"), sort=False)
    count = numbers.max() + 1
    by_group, overall = np.empty(len(outcome)), np.empty(len(outcome))
    for fold in range(FOLDS):
        test = folds == fold
        if not test.any():
            continue
        mean = outcome[~test].mean() if (~test).any() else outcome.mean()
        sizes = np.bincount(numbers[~test], minlength=count)
        sums = np.bincount(numbers[~test], outcome[~test], minlength=count)
        means = (sums + PRIOR_CUSTOMERS * mean) / (sizes + PRIOR_CUSTOMERS)
        by_group[test], overall[test] = means[numbers[test]], mean
    return by_group, overall


def explained_variance(
    *, outcome: np.ndarray, predicted: np.ndarray, overall: np.ndarray
) -> float | None:
    """1 minus the squared error of the prediction over that of the overall mean.

    0 says no more than the mean, below 0 less; None where everybody did the same.
    """
    total = float(((outcome - overall) ** 2).sum())
    if np.ptp(outcome) == 0 or total == 0:
        return None
    return 1 - float(((outcome - predicted) ** 2).sum()) / total


def top_decile_lift(
    *, outcome: np.ndarray, predicted: np.ndarray, folds: np.ndarray
) -> float | None:
    """Mean outcome of the tenth predicted highest over the mean of all.

    Customers of one group are tied: those at the border count in part, all alike.
    None where nothing happened. Fold by fold, as predictions differ between folds.
    """
    found, wanted = 0.0, 0.0
    for fold in range(FOLDS):
        inside = folds == fold
        if not inside.any():
            continue
        room = TOP_SHARE * inside.sum()
        wanted += room
        table = pd.DataFrame({"p": predicted[inside].round(9), "y": outcome[inside]})
        tied = table.groupby("p")["y"].agg(["size", "mean"]).sort_index(ascending=False)
        for size, mean in tied.itertuples(index=False):
            taken = min(size, room)
            found, room = found + taken * mean, room - taken
            if room <= 0:
                break
    mean = float(outcome.mean())
    return found / wanted / mean if mean > 0 and wanted > 0 else None


def quantile_groups(values: np.ndarray, count: int) -> np.ndarray:
    """Cut values into at most `count` groups of equal size; equal values stay together.

    Examples
    --------
    >>> quantile_groups(np.array([1.0, 1.0, 2.0, 3.0]), 2).tolist()
    [0, 0, 1, 1]
    """
    cuts = np.quantile(values, np.arange(1, count) / count)
    return np.searchsorted(np.unique(cuts), values, side="left")


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
