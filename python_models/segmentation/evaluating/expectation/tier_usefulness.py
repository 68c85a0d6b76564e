"""Do segments by value tier tell what comes next? Against RFM cells and k-means."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.cluster import KMeans

from segmentation.evaluating.backtest import LEAST_CUSTOMERS, segments_then
from segmentation.evaluating.group_means import (
    customer_folds,
    expected_outcomes,
    explained_variance,
)
from segmentation.evaluating.usefulness import CAP_QUANTILE
from segmentation.preparing.fit_settings import Settings

OUTCOMES = {
    "spend_90d": "next_spend",
    "orders_90d": "next_order_days",
    "is_silent_90d": "is_silent",
}
DIGITS = 4

TIER_USEFULNESS_SCHEMA = pa.schema(
    [
        ("method", pa.string()),
        ("outcome", pa.string()),
        ("cut_off_date", pa.date32()),
        ("customer_count", pa.int64()),
        ("group_count", pa.int64()),
        ("explained_variance", pa.float64()),
    ]
)


def rfm_clusters(customers: pd.DataFrame, *, count: int) -> np.ndarray:
    """Return (n,) clusters of recency, frequency and money: k-means on logarithms.

    Parameters
    ----------
    customers
        n rows: recency_days, order_count, monetary_value (money, at least 0).
    count
        Number of clusters.
    """
    values = customers[["recency_days", "order_count", "monetary_value"]]
    logs = np.log1p(np.maximum(values.to_numpy(float), 0))
    scaled = (logs - logs.mean(axis=0)) / np.maximum(logs.std(axis=0), 1e-9)
    return KMeans(n_clusters=count, n_init=4, random_state=0).fit_predict(scaled)


def tier_usefulness(
    customers: pd.DataFrame,
    *,
    segments: np.ndarray,
    cut_off_date: datetime.date | None,
) -> pd.DataFrame:
    """Compare ways to group customers by what they did after a day.

    Parameters
    ----------
    customers
        n rows as of that day: customer_id, value_tier, r_score, f_score, m_score,
        recency_days, order_count, monetary_value; what came: next_spend (money),
        next_order_days.
    segments
        (n,) segment of each customer then.
    cut_off_date
        The day.

    Returns
    -------
    One row per method and outcome: explained_variance, ten folds, out of sample. Spend
    is capped at its 99th percentile: else a single customer decides.
    """
    tiers = customers["value_tier"].to_numpy(object)
    both = np.array([f"{s} {t}" for s, t in zip(segments, tiers, strict=True)], object)
    cells = customers[["r_score", "f_score", "m_score"]].astype(int).astype(str)
    groupings = {
        "segments_by_tier": both,
        "segments": np.asarray(segments),
        "rfm_cells": cells.agg("".join, axis=1).to_numpy(object),
        "rfm_kmeans": rfm_clusters(customers, count=len(set(both))),
    }
    came = customers.assign(is_silent=(customers["next_order_days"] == 0).astype(int))
    folds = customer_folds(customers["customer_id"])
    rows = []
    for outcome, column in OUTCOMES.items():
        actual = came[column].to_numpy(float)
        actual = np.minimum(actual, np.quantile(actual, CAP_QUANTILE))
        for method, groups in groupings.items():
            predicted, overall = expected_outcomes(
                groups=groups, outcome=actual, folds=folds
            )
            share = explained_variance(
                outcome=actual, predicted=predicted, overall=overall
            )
            rows.append(
                {
                    "method": method,
                    "outcome": outcome,
                    "cut_off_date": cut_off_date,
                    "customer_count": len(customers),
                    "group_count": len(set(groups)),
                    "explained_variance": None
                    if share is None
                    else round(share, DIGITS),
                }
            )
    return pd.DataFrame(rows, columns=TIER_USEFULNESS_SCHEMA.names)


def measured_tiers(
    customers: pd.DataFrame,
    *,
    cut_off_date: datetime.date | None,
    preprocessing: dict,
    settings: Settings,
    algorithm: str,
    segment_count: int,
) -> pd.DataFrame:
    """Segment at an earlier day with what was known, and compare; few: no rows.

    Parameters
    ----------
    customers
        As in `tier_usefulness`, with the features of that day.
    cut_off_date
        The day.
    preprocessing, settings, algorithm, segment_count
        As in `segmentation.evaluating.backtest.segments_then`.
    """
    if len(customers) < LEAST_CUSTOMERS:
        return pd.DataFrame(columns=TIER_USEFULNESS_SCHEMA.names)
    customers = customers.sort_values("customer_id", kind="stable")
    segments = segments_then(
        features=customers,
        preprocessing=preprocessing,
        settings=settings,
        algorithm=algorithm,
        segment_count=segment_count,
    )
    return tier_usefulness(customers, segments=segments, cut_off_date=cut_off_date)
