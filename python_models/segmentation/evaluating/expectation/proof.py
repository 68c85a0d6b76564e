"""The proof: past predictions against what came, ours beside plain ways to predict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

CELLS = 5
DECILES = 10
# Shares of fewer customers than these say nothing of the prediction.
LEAST_CUSTOMERS = 30

QUALITY_SCHEMA = pa.schema(
    [
        ("days_before", pa.int64()),
        ("measure", pa.string()),
        ("method", pa.string()),
        ("customer_count", pa.int64()),
        ("predicted_total", pa.float64()),
        ("actual_total", pa.float64()),
        ("mean_absolute_error", pa.float64()),
        ("total_ratio", pa.float64()),
        ("silence_auc", pa.float64()),
        ("calibration_gap", pa.float64()),
        ("coverage", pa.float64()),
        ("range_count", pa.int64()),
    ]
)


def prediction_proof(
    *, predictions: pd.DataFrame, earlier: pd.DataFrame, horizon_days: int
) -> pd.DataFrame:
    """Return how far each way to predict was from what came, by past cut-off.

    Parameters
    ----------
    predictions
        One row per customer and past cut-off, corrected with what was known then:
        days_before, customer_id, lifecycle, expected_spend, spend_low, spend_high,
        silence_probability, model_spend, model_silence, recent_spend, prior_spend,
        wait_days, order_days, net_amount, is_at_risk, healthy_spend, and what came:
        next_spend, next_order_days.
    earlier
        The same facts and outcomes one horizon before each of these cut-offs: what RFM
        cells and deciles learn from.
    horizon_days
        Days predicted.

    Returns
    -------
    One row per cut-off, measure (spend, silence, at_stake) and method.
    """
    rows: list[dict] = []
    for days_before, customers in predictions.groupby("days_before", sort=True):
        before = earlier[earlier["days_before"] == days_before + horizon_days]
        for row in [
            *_spend_rows(customers, before),
            *_silence_rows(customers, before),
            *_stake_rows(customers),
        ]:
            rows.append({"days_before": days_before, **row})
    return pd.DataFrame(rows, columns=QUALITY_SCHEMA.names)


def _spend_rows(customers: pd.DataFrame, before: pd.DataFrame) -> list[dict]:
    ways = {
        "ours": customers["expected_spend"],
        "model_alone": customers["model_spend"],
        "last_quarter": customers["recent_spend"],
        "two_quarters": (customers["recent_spend"] + customers["prior_spend"]) / 2,
        "rfm_cells": _learned(customers, before, "next_spend", _cells),
        "spend_deciles": _learned(customers, before, "next_spend", _deciles),
    }
    came = customers["next_spend"].to_numpy(float)
    rows = [
        _compared("spend", way, np.asarray(values, float), came)
        for way, values in ways.items()
        if values is not None
    ]
    ranged = customers["spend_high"].notna().to_numpy()
    inside = (came >= customers["spend_low"]) & (came <= customers["spend_high"])
    rows[0]["range_count"] = int(ranged.sum())
    if ranged.any():
        rows[0]["coverage"] = float(inside[ranged].mean())
    rows[0]["calibration_gap"] = _largest_gap(
        customers["value_tier"], rows[0]["_predicted"], came, relative=True
    )
    return [_public(row) for row in rows]


def _silence_rows(customers: pd.DataFrame, before: pd.DataFrame) -> list[dict]:
    silent = (customers["next_order_days"].to_numpy() == 0).astype(float)
    learned = before.assign(is_silent=(before["next_order_days"] == 0).astype(float))
    ways = {
        "ours": customers["silence_probability"],
        "model_alone": customers["model_silence"],
        "rfm_cells": _learned(customers, learned, "is_silent", _cells),
    }
    rows = []
    for way, values in ways.items():
        if values is not None:
            values = np.asarray(values, float)
            row = _compared("silence", way, values, silent)
            row["silence_auc"] = ranked_right(values, silent)
            row["calibration_gap"] = _largest_gap(
                customers["lifecycle"], values, silent, relative=False
            )
            rows.append(_public(row))
    return rows


def _stake_rows(customers: pd.DataFrame) -> list[dict]:
    late = customers[customers["is_at_risk"].astype(bool)]
    healthy = late["healthy_spend"].to_numpy(float)
    predicted = np.maximum(healthy - late["expected_spend"].to_numpy(float), 0)
    lost = healthy - late["next_spend"].to_numpy(float)
    return [_public(_compared("at_stake", "ours", predicted, lost))]


def _compared(measure: str, method: str, predicted, came) -> dict:
    total = float(came.sum())
    return {
        "measure": measure,
        "method": method,
        "customer_count": len(came),
        "predicted_total": float(predicted.sum()),
        "actual_total": total,
        "mean_absolute_error": (
            float(np.abs(predicted - came).mean()) if len(came) else None
        ),
        "total_ratio": float(predicted.sum() / total) if total > 0 else None,
        "_predicted": predicted,
    }


def _public(row: dict) -> dict:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def ranked_right(scores: np.ndarray, happened: np.ndarray) -> float | None:
    """Return the share of pairs, one to whom it happened and one not, ranked right.

    The area under the ROC curve; None where it happened to all or to nobody.

    Examples
    --------
    >>> ranked_right(np.array([0.1, 0.4, 0.3, 0.9]), np.array([0, 0, 1, 1]))
    0.75
    """
    count = happened.sum()
    others = len(happened) - count
    if not count or not others:
        return None
    ranks = pd.Series(scores).rank().to_numpy()[happened == 1].sum()
    return float((ranks - count * (count + 1) / 2) / (count * others))


def _largest_gap(groups, predicted, came, *, relative: bool) -> float | None:
    frame = pd.DataFrame({"group": groups, "predicted": predicted, "came": came})
    means = frame.groupby("group").agg(
        size=("came", "size"), predicted=("predicted", "mean"), came=("came", "mean")
    )
    means = means[means["size"] >= LEAST_CUSTOMERS]
    if relative:
        means = means[means["came"] > 0]
        gaps = (means["predicted"] / means["came"] - 1).abs()
    else:
        gaps = (means["predicted"] - means["came"]).abs()
    return float(gaps.max()) if len(gaps) else None


def _fifths(values) -> np.ndarray:
    values = np.asarray(values, float)
    cuts = np.quantile(values, np.arange(1, CELLS) / CELLS, method="inverted_cdf")
    return np.searchsorted(cuts, values)


def _cells(customers: pd.DataFrame) -> np.ndarray:
    places = [_fifths(customers[c]) for c in ("wait_days", "order_days", "net_amount")]
    return places[0] * CELLS * CELLS + places[1] * CELLS + places[2]


def _deciles(customers: pd.DataFrame) -> np.ndarray:
    ranks = customers["net_amount"].rank(method="min").to_numpy() - 1
    return (ranks * DECILES // max(len(customers), 1)).astype(int)


def _learned(customers, before, outcome: str, grouping) -> np.ndarray | None:
    """Predict the mean of the like-placed customers one horizon earlier."""
    if not len(before):
        return None
    came = before[outcome].astype(float)
    means = came.groupby(grouping(before)).mean()
    return pd.Series(grouping(customers)).map(means).fillna(came.mean()).to_numpy()
