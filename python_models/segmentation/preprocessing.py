"""How raw columns become model dimensions, as rows that SQL can apply.

One row per model dimension, in the shape of `fitted_features`::

    z = scale_weight * (clip(t(coalesce(x, fill_value)), lower, upper) - mean) / sd

with `t` the identity, ln(1 + max(x, 0)) or ln(30 + max(x, 0)). A categorical column
gives one dimension per category, whose `x` is 1 where the category holds, else 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.stats import skew

from segmentation.columns import (
    column_kind,
    frequent_categories,
    indicator,
    numeric_values,
)

FEATURES_SCHEMA = pa.schema(
    [
        ("position", pa.int32()),
        ("feature", pa.string()),
        ("category_value", pa.string()),
        ("kind", pa.string()),
        ("transform", pa.string()),
        ("fill_value", pa.float64()),
        ("lower_bound", pa.float64()),
        ("upper_bound", pa.float64()),
        ("mean", pa.float64()),
        ("standard_deviation", pa.float64()),
        ("scale_weight", pa.float64()),
        ("is_used", pa.bool_()),
        ("reason", pa.string()),
    ]
)

# Days added before the logarithm of a recency: a month more or less matters less the
# longer ago the last order is, but 0 or 3 days ago are the same.
RECENCY_OFFSET_DAYS = 30

# Standard deviations within which no value is pulled in, however many are further out.
WINSOR_REACH = 3.0

# Range, relative to the values, up to which all of them are the same but for rounding.
SAME_VALUE = 1e-9

# Fitted numbers keep this many digits: sums may differ in the last bit, rows may not.
DIGITS = 12


def apply_transform(values: np.ndarray, transform: str) -> np.ndarray:
    """Return the values on the scale that they are clustered on.

    Parameters
    ----------
    values
        Any shape, raw units.
    transform
        'identity', 'log1p' or 'log_shifted'.

    Raises
    ------
    ValueError
        If the transform has another name.
    """
    if transform == "identity":
        return values
    if transform == "log1p":
        return np.log1p(np.maximum(values, 0))
    if transform == "log_shifted":
        return np.log(RECENCY_OFFSET_DAYS + np.maximum(values, 0))
    raise ValueError(
        f"transform: 'identity', 'log1p' or 'log_shifted', not {transform!r}"
    )


def invert_transform(values: np.ndarray, transform: str) -> np.ndarray:
    """Return raw values for transformed ones (negative raw values come back as 0)."""
    if transform == "log1p":
        return np.expm1(values)
    if transform == "log_shifted":
        return np.exp(values) - RECENCY_OFFSET_DAYS
    return values


def fit_preprocessing(
    *,
    frame: pd.DataFrame,
    segment_features: list[str],
    skew_limit: float = 1.0,
    winsor_share: float = 0.01,
    largest_z: float = 6.0,
    smallest_category_share: float = 0.02,
    categorical_weight: float = 0.5,
) -> pd.DataFrame:
    """Return one row per model dimension: how a column is read.

    Parameters
    ----------
    frame
        One row per customer, any row order.
    segment_features
        Columns to use. Text, booleans and categories become indicators.
    skew_limit
        Columns more skewed than this are read on a log scale (shares never are).
    winsor_share
        Share of customers at each end whose values are pulled to the limit.
    largest_z
        Standard deviations beyond which rare values are pulled in as well.
    smallest_category_share
        Categories rarer than this get no dimension.
    categorical_weight
        Variance of a whole categorical column, where a numeric column has 1: gaps
        between categories are there by construction and must not decide alone.

    Returns
    -------
    DataFrame
        Columns of `FEATURES_SCHEMA`. What is left out has `is_used` False, and why.

    Raises
    ------
    ValueError
        If a feature is not a column of the frame.
    """
    missing = [name for name in segment_features if name not in frame.columns]
    if missing:
        raise ValueError(
            f"segment_features: no column {missing[0]!r} among the features; "
            f"there are {', '.join(map(str, frame.columns))}"
        )
    rows = []
    for feature in segment_features:
        column = frame[feature]
        kind = column_kind(column, name=feature)
        if kind == "categorical":
            rows += _categorical_rows(
                column, feature, smallest_category_share, categorical_weight
            )
        else:
            rows.append(
                _numeric_row(
                    column,
                    feature,
                    kind,
                    skew_limit,
                    winsor_share,
                    largest_z,
                    categorical_weight,
                )  # fmt: skip
            )
    fitted = pd.DataFrame(rows, columns=FEATURES_SCHEMA.names)
    fitted["position"] = fitted["is_used"].cumsum().where(fitted["is_used"])
    fitted["position"] = fitted["position"].astype("Int32")
    numbers = fitted.select_dtypes("float").columns
    fitted[numbers] = fitted[numbers].map(lambda x: float(f"{x:.{DIGITS}g}"))
    return fitted


def _unused(feature: str, kind: str, reason: str) -> dict:
    return {"feature": feature, "kind": kind, "is_used": False, "reason": reason}


def _numeric_row(
    column, feature, kind, skew_limit, winsor_share, largest_z, categorical_weight
) -> dict:
    """Return the row of a numeric column; sorted first, so that sums never differ."""
    values = np.sort(numeric_values(column))
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return _unused(feature, kind, "no customer has a value")
    if known[-1] - known[0] <= SAME_VALUE * max(abs(known[0]), abs(known[-1]), 1):
        return _unused(feature, kind, f"every customer has the value {known[0]:g}")
    fill = float(np.median(known))
    values = np.where(np.isnan(values), fill, values)
    is_binary = np.isin(known, known[[0, -1]]).all()
    is_skewed = skew(values) > skew_limit and np.mean(known < 0) <= winsor_share
    transform = "identity"
    if is_skewed and not is_binary and kind != "share":
        transform = "log_shifted" if kind == "recency" else "log1p"
    scaled = apply_transform(values, transform)
    lower, upper = np.quantile(scaled, [winsor_share, 1 - winsor_share])
    if lower == upper:
        # Nearly everybody has one value: keep the few others in sight, not far out.
        reach = largest_z * scaled.std()
        lower = max(scaled.min(), scaled.mean() - reach)
        upper = min(scaled.max(), scaled.mean() + reach)
    reach = WINSOR_REACH * scaled.std()
    lower, upper = min(lower, scaled.mean() - reach), max(upper, scaled.mean() + reach)
    lower, upper = max(lower, scaled.min()), min(upper, scaled.max())
    clipped = np.clip(scaled, lower, upper)
    return {
        "feature": feature,
        "kind": kind,
        "transform": transform,
        "fill_value": fill,
        "lower_bound": lower,
        "upper_bound": upper,
        "mean": clipped.mean(),
        "standard_deviation": clipped.std(),
        "scale_weight": float(np.sqrt(categorical_weight)) if is_binary else 1.0,
        "is_used": True,
        "reason": None,
    }


def _categorical_rows(column, feature, smallest_share, weight) -> list[dict]:
    """Return one row per frequent category; a missing value is neutral in each."""
    categories = frequent_categories(column, smallest_share=smallest_share)
    if len(categories) == 0:
        return [_unused(feature, "categorical", "no category is common enough")]
    shares = {name: np.nanmean(indicator(column, name)) for name in categories}
    if len(shares) == 1 and max(shares.values()) == 1:
        reason = f"every customer has the value {categories[0]}"
        return [_unused(feature, "categorical", reason)]
    spread = sum(1 - share for share in shares.values())
    return [
        {
            "feature": feature,
            "category_value": name,
            "kind": "categorical",
            "transform": "identity",
            "fill_value": share,
            "lower_bound": 0.0,
            "upper_bound": 1.0,
            "mean": share,
            "standard_deviation": np.sqrt(share * (1 - share)),
            # The column's variance is shared out as in correspondence analysis:
            # rare categories weigh more, all of them together `weight`.
            "scale_weight": np.sqrt(weight * (1 - share) / spread),
            "is_used": True,
            "reason": None,
        }
        for name, share in shares.items()
    ]


def transform(*, frame: pd.DataFrame, fitted: pd.DataFrame) -> np.ndarray:
    """Return the customers in model dimensions, as SQL computes them.

    Parameters
    ----------
    frame
        n customers with the raw columns.
    fitted
        Rows of `fit_preprocessing`.

    Returns
    -------
    ndarray of shape (n, d)
        One column per used row, by position.
    """
    used = fitted[fitted["is_used"].astype(bool)].sort_values("position")
    matrix = np.empty((len(frame), len(used)))
    for column, row in enumerate(used.itertuples()):
        values = (
            indicator(frame[row.feature], row.category_value)
            if row.kind == "categorical"
            else numeric_values(frame[row.feature])
        )
        values = np.where(np.isnan(values), row.fill_value, values)
        values = apply_transform(values, row.transform)
        values = np.clip(values, row.lower_bound, row.upper_bound)
        matrix[:, column] = (
            row.scale_weight * (values - row.mean) / row.standard_deviation
        )
    return matrix
