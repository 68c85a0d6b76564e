"""Conditions on features: what they match, and how they read in SQL and in words."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from segmentation.preparing.column_values import indicator, numeric_values
from segmentation.wording.feature_words import feature_words, value_text
from segmentation.wording.sentences import capitalised, joined
from segmentation.wording.sql import identifier, literal

# Where thresholds are tried: at quantiles of the segment, and of all customers.
SEGMENT_QUANTILES = np.array([0, 1, 2, 5, 10, 20, 30, 50, 70, 80, 90, 95, 98, 99, 100])
OVERALL_QUANTILES = np.arange(5, 100, 5)
# Column names that need no quotes: two words or more are never reserved in SQL.
PLAIN_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


class Condition(NamedTuple):
    """One comparison of a column with a value."""

    feature: str
    operator: str
    value: float | str


def readable_threshold(*, value: float, spread: float, is_integer: bool) -> float:
    """Round a threshold to what a reader remembers, given the feature's spread.

    Two digits, or finer where the feature varies little around a large number.

    Examples
    --------
    >>> readable_threshold(value=87.53, spread=700.0, is_integer=True)
    88.0
    >>> readable_threshold(value=2017.4, spread=5.0, is_integer=False)
    2017.4
    """
    if value == 0 or not math.isfinite(value):
        return value
    by_size = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    by_spread = 10.0 ** math.floor(math.log10(spread / 20)) if spread > 0 else by_size
    step = min(by_size, by_spread)
    if is_integer:
        step = max(step, 1.0)
    digits = max(0, -math.floor(math.log10(step)))
    return round(round(value / step) * step, digits) + 0.0


def matches(*, features: pd.DataFrame, conditions: tuple) -> np.ndarray:
    """Return (n,) True where all conditions hold; a missing value never matches."""
    found = np.ones(len(features), dtype=bool)
    for condition in conditions:
        found &= holds(features, condition)
    return found


def holds(features: pd.DataFrame, condition: Condition) -> np.ndarray:
    """Return (n,) True where one condition holds; a missing value never does."""
    column = features[condition.feature]
    if condition.operator == "=":
        return indicator(column, condition.value) == 1
    if condition.operator == "<>":
        return indicator(column, condition.value) == 0
    if condition.operator == ">=":
        return numeric_values(column) >= condition.value
    return numeric_values(column) <= condition.value


def candidate_conditions(
    *, features: pd.DataFrame, members: np.ndarray, dimensions: pd.DataFrame
) -> list[Condition]:
    """List the comparisons a rule may use: readable thresholds and known categories."""
    conditions = []
    for row in dimensions.itertuples():
        if row.category_value is not None and not pd.isna(row.category_value):
            conditions.append(Condition(row.feature, "=", row.category_value))
            conditions.append(Condition(row.feature, "<>", row.category_value))
            continue
        values = numeric_values(features[row.feature])
        known = values[~np.isnan(values)]
        inside = values[members & ~np.isnan(values)]
        if not len(known) or not len(inside):
            continue
        is_integer = bool(np.all(known == np.floor(known)))
        low, high = np.quantile(known, [0.05, 0.95])
        cuts = np.concatenate(
            [
                np.percentile(inside, SEGMENT_QUANTILES),
                np.percentile(known, OVERALL_QUANTILES),
            ]
        )
        thresholds = {
            readable_threshold(
                value=float(cut), spread=float(high - low), is_integer=is_integer
            )
            for cut in cuts
        }
        for threshold in sorted(thresholds):
            conditions.append(Condition(row.feature, ">=", threshold))
            conditions.append(Condition(row.feature, "<=", threshold))
    return conditions


def rule_sql(*, conditions: tuple) -> str:
    """Write the conditions as a SQL predicate over int_customer_features."""
    if not conditions:
        return "true"
    return " and ".join(
        f"{_identifier(item.feature)} {item.operator} {_literal(item.value)}"
        for item in conditions
    )


def _identifier(name: str) -> str:
    if PLAIN_NAME.fullmatch(name):
        return name
    return identifier(name)


def _literal(value: float | str) -> str:
    if isinstance(value, str):
        return literal(value)
    return format(value, ".12g")


def rule_text(
    *, conditions: tuple, labels: pd.DataFrame, currency: str | None = None
) -> str:
    """Write the conditions in plain words; both ends of a range become one part."""
    if not conditions:
        return "Everybody"
    by_feature: dict[str, list[Condition]] = {}
    for item in conditions:
        by_feature.setdefault(item.feature, []).append(item)
    parts = [_words(items, labels, currency) for items in by_feature.values()]
    return capitalised(joined(parts))


def _words(items: list[Condition], labels: pd.DataFrame, currency: str | None) -> str:
    words = feature_words(feature=items[0].feature, labels=labels)
    if items[0].operator in ("=", "<>"):
        verbs = {"=": "is", "<>": "is not"}
        values = [f"{verbs[item.operator]} {item.value}" for item in items]
        return f"{words.label} {joined(values)}"
    lower = max((item.value for item in items if item.operator == ">="), default=None)
    upper = min((item.value for item in items if item.operator == "<="), default=None)
    # "Days since last order" says the unit already.
    unit = "count" if words.label.startswith("days ") else words.unit
    low, high = (
        None if value is None else value_text(value=value, unit=unit, currency=currency)
        for value in (lower, upper)
    )
    # At most nothing, or at least all there is, is the end itself.
    if upper is not None and upper <= 0 and lower is None and unit != "money":
        return f"{words.label} {high}"
    if unit == "share" and lower is not None and lower >= 1:
        return f"{words.label} {low}"
    if low is None:
        return f"{words.label} at most {high}"
    if high is None:
        return f"{words.label} at least {low}"
    if low == high:
        return f"{words.label} {low}"
    return f"{words.label} from {low} to {high}"
