"""Ratios of few events, pulled towards everybody's: the prior, and how it pulls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from segmentation.preparing.column_values import numeric_values

# Variance of order-day rates between customers, at least, over the mean rate squared.
LEAST_SPREAD = 0.05
DAYS_PER_MONTH = 30
# Events behind an interval from which it says as much as everybody's: for its weight.
INTERVAL_EVENTS = 10
# The features that the prior of the order-day rate is fitted on.
RATE, RATE_DAYS = "orders_per_month_recent", "observed_days_recent"
# What a rate of orders is worth: the customer's own order value.
SPEND_PRIOR = "average_order_value"


class Prior(NamedTuple):
    """What stands for everybody: a value, as so many events of it."""

    value: float
    events: float


def shrunk(
    values: np.ndarray,
    events: np.ndarray,
    prior: Prior,
    scale: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Return (values * events + prior) / (events + prior events), shape (n,).

    Without events, or without a value, it is everybody's: `prior.value`, times `scale`
    where that is another feature of each customer.
    """
    known = np.where(np.isnan(values), 0.0, np.nan_to_num(events))
    total = np.nan_to_num(values) * known
    return (total + prior.value * scale * prior.events) / (known + prior.events)


def shrunk_feature(frame: pd.DataFrame, feature: str, rows: dict) -> np.ndarray:
    """Return a feature, shape (n,), pulled to everybody's as its fitted row says.

    Parameters
    ----------
    frame
        n customers with the raw columns.
    feature
        Its name.
    rows
        Rows of fitted_features by feature.
    """
    row = rows[feature]
    values = numeric_values(frame[feature])
    if pd.isna(row.evidence_column):
        return values
    scale = 1.0
    if not pd.isna(row.prior_feature):
        scale = shrunk_feature(frame, row.prior_feature, rows)
    events = numeric_values(frame[row.evidence_column])
    return shrunk(values, events, Prior(row.prior_value, row.prior_events), scale)


def rate_prior(rates: np.ndarray, days: np.ndarray) -> Prior:
    """Return the Gamma prior of an order-day rate, by moments: mean and shape / mean.

    Parameters
    ----------
    rates
        Shape (n,): order days per observed day, after the first order.
    days
        Shape (n,): observed days.

    Returns
    -------
    Prior
        `value` per day, and `events` in days: Gamma(value * events, events).
    """
    seen = np.nan_to_num(days) > 0
    rates, days = np.nan_to_num(rates[seen]), days[seen]
    if not len(days) or not (rates * days).sum():
        return Prior(0.0, 1.0)
    mean = (rates * days).sum() / days.sum()
    # Those observed for long: the counts of the others are mostly chance.
    is_long = days >= np.median(days)
    rates, days = rates[is_long], days[is_long]
    spread = np.average((rates - mean) ** 2, weights=days) - mean * (1 / days).mean()
    return Prior(float(mean), float(mean / max(spread, LEAST_SPREAD * mean**2)))


def population_value(
    values: np.ndarray, events: np.ndarray, *, is_share: bool
) -> float | None:
    """Return everybody's ratio: a share of all events, else the middle customer's."""
    known = ~np.isnan(values) & (np.nan_to_num(events) > 0)
    if not known.any():
        return None
    if is_share:
        return float((values[known] * events[known]).sum() / events[known].sum())
    return float(np.median(values[known]))


def prior_of(frame: pd.DataFrame, row) -> Prior | None:
    """Return the prior of a feature; None where nobody has the events.

    Parameters
    ----------
    frame
        One row per customer: the features and the columns they rest on.
    row
        The feature's row of the seed feature_labels.
    """
    column = lambda name: frame[name].to_numpy(float, na_value=np.nan)  # noqa: E731
    kind = str(row.prior)
    if kind in ("rate", "spend", "interval"):
        daily = rate_prior(column(RATE) / DAYS_PER_MONTH, column(RATE_DAYS))
        if kind != "interval":
            return Prior(daily.value * DAYS_PER_MONTH, daily.events)
        if not daily.value:
            return None
        return Prior(1 / daily.value, daily.value * daily.events)
    value = population_value(
        column(row.feature), column(row.evidence), is_share=row.unit == "share"
    )
    return None if value is None else Prior(value, float(kind))


def evidence_weight(frame: pd.DataFrame, row) -> float:
    """Return how far a feature is its customers' own: sqrt(mean(n / (n + prior))).

    1 for rates: an observed day without an order is an event as well.
    """
    if pd.isna(row.evidence) or row.prior in ("rate", "spend"):
        return 1.0
    prior = INTERVAL_EVENTS if row.prior == "interval" else float(row.prior)
    events = np.nan_to_num(frame[row.evidence].to_numpy(float, na_value=np.nan))
    return float(np.sqrt(np.mean(np.sort(events / (events + prior)))))
