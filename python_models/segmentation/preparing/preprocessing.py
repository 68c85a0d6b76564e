"""How raw columns become model dimensions, as rows that SQL can apply.

One row per model dimension, in the shape of `fitted_features`::

    z = scale_weight * (clip(t(coalesce(x, fill_value)), lower, upper) - mean) / sd

with `t` the identity, or ln(log_offset + max(x, 0)) where there is an offset. A
categorical column gives one dimension per category, whose `x` is 1 where the category
holds, else 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.preparing.column_values import column_kind, indicator, numeric_values
from segmentation.preparing.dimensions import (
    apply_transform,
    categorical_rows,
    numeric_row,
)

FEATURES_SCHEMA = pa.schema(
    [
        ("position", pa.int32()),
        ("feature", pa.string()),
        ("category_value", pa.string()),
        ("kind", pa.string()),
        ("fill_value", pa.float64()),
        ("log_offset", pa.float64()),
        ("lower_bound", pa.float64()),
        ("upper_bound", pa.float64()),
        ("mean", pa.float64()),
        ("standard_deviation", pa.float64()),
        ("scale_weight", pa.float64()),
        ("is_used", pa.bool_()),
        ("reason", pa.string()),
    ]
)

# Fitted numbers keep this many digits: sums may differ in the last bit, rows may not.
DIGITS = 12


def fit_preprocessing(
    *,
    frame: pd.DataFrame,
    segment_features: list[str],
    skew_limit: float,
    winsor_share: float,
    smallest_category_share: float,
    categorical_weight: float,
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
    customers = len(frame[segment_features].drop_duplicates())
    for feature in segment_features:
        column = frame[feature]
        kind = column_kind(column, name=feature)
        if kind == "categorical":
            rows += categorical_rows(
                column, feature, smallest_category_share, categorical_weight
            )
        else:
            rows.append(
                numeric_row(
                    column,
                    feature,
                    kind,
                    customers,
                    skew_limit,
                    winsor_share,
                    categorical_weight,
                )  # fmt: skip
            )
    fitted = pd.DataFrame(rows, columns=FEATURES_SCHEMA.names)
    fitted["position"] = fitted["is_used"].cumsum().where(fitted["is_used"])
    fitted["position"] = fitted["position"].astype("Int32")
    # None where no column is skewed: a number all the same.
    fitted["log_offset"] = fitted["log_offset"].astype(float)
    numbers = fitted.select_dtypes("float").columns
    fitted[numbers] = fitted[numbers].map(lambda x: float(f"{x:.{DIGITS}g}"))
    return fitted


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
        values = apply_transform(values, row.log_offset)
        values = np.clip(values, row.lower_bound, row.upper_bound)
        matrix[:, column] = (
            row.scale_weight * (values - row.mean) / row.standard_deviation
        )
    return matrix
