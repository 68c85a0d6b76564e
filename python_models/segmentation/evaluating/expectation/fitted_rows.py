"""The fitted model as plain rows, from which SQL predicts every customer."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from segmentation.evaluating.expectation.buying import fit_buying, stopping_nodes
from segmentation.evaluating.expectation.spending import fit_spending

# From so many repeat days on, nodes of their own: who stayed after many order days
# rarely stops, and nodes spread over all chances would miss them.
NODE_LEVELS = (0, 4, 12, 28, 60, 124, 252, 508)

EXPECTATION_SCHEMA = pa.schema(
    [
        ("days_before", pa.int64()),
        ("parameter", pa.string()),
        ("from_repeat_days", pa.int64()),
        ("node", pa.int64()),
        ("parameter_value", pa.float64()),
    ]
)


def fitted_rows(statistics: pd.DataFrame) -> pd.DataFrame:
    """Return the parameters of the model at each cut-off.

    Parameters
    ----------
    statistics
        One row per customer and cut-off: days_before (the newest date), order_days,
        last_order_age_days, age_days (days), net_amount (money).

    Returns
    -------
    One row per cut-off and parameter: r, alpha (days), a, b of MBG/NBD, p, q, v (money)
    of Gamma-Gamma, and per level and node the chance to stop and its weight.
    """
    rows: list[tuple] = []
    found: dict[str, float] = {}
    for days_before, customers in statistics.groupby("days_before", sort=True):
        found = _fit(customers, near=found)
        rows += [(days_before, name, None, None, found[name]) for name in found]
        rows += [(days_before, *row) for row in _nodes(a=found["a"], b=found["b"])]
    return pd.DataFrame(rows, columns=EXPECTATION_SCHEMA.names)


def _fit(customers: pd.DataFrame, *, near: dict[str, float]) -> dict[str, float]:
    buying = fit_buying(
        repeat_days=customers["order_days"].to_numpy(float) - 1,
        last_day=customers["last_order_age_days"].to_numpy(float),
        age=customers["age_days"].to_numpy(float),
        near={name: near[name] for name in ("r", "alpha", "a", "b") if near},
    )
    repeaters = customers[(customers["order_days"] > 1) & (customers["net_amount"] > 0)]
    repeaters = repeaters.sort_values(["order_days", "net_amount"], kind="stable")
    spending = fit_spending(
        order_days=repeaters["order_days"].to_numpy(float),
        mean_value=(repeaters["net_amount"] / repeaters["order_days"]).to_numpy(float),
        near=near,
    )
    return buying | spending


def _nodes(*, a: float, b: float) -> list[tuple]:
    rows = []
    for level in NODE_LEVELS:
        # (1 - chance)^level is the level's part of what is known of who stayed.
        chances, weights = stopping_nodes(a=a, b=b + level + 1)
        for node, (chance, weight) in enumerate(zip(chances, weights, strict=True), 1):
            rows += [
                ("stopping_chance", level, node, float(chance)),
                ("stopping_weight", level, node, float(weight)),
            ]
    return rows
