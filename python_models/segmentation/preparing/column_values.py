"""What a column holds: numbers, money, shares, days since, or categories."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api import types


def column_kind(column: pd.Series, *, name: str) -> str:
    """Return 'numeric', 'money', 'share', 'recency' or 'categorical'.

    Parameters
    ----------
    column
        One value per customer.
    name
        Its name: `recency_days`, `*_share`, `*_value` and `*_revenue` say what they
        are.
    """
    if types.is_bool_dtype(column):
        return "categorical"
    if not types.is_numeric_dtype(column):
        known = column.dropna()
        numbers = pd.to_numeric(known, errors="coerce")
        if len(known) and numbers.isna().any():
            return "categorical"
    if name == "recency_days":
        return "recency"
    if name.endswith(("_value", "_revenue")):
        return "money"
    return "share" if name.endswith("_share") else "numeric"


def numeric_values(column: pd.Series) -> np.ndarray:
    """Return the column as floats; what is missing or infinite is NaN."""
    values = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def category_values(column: pd.Series) -> pd.Series:
    """Return the column as text, as `cast(... as varchar)` writes it."""
    if types.is_bool_dtype(column):
        return column.map({True: "true", False: "false"}).astype("str")
    return column.astype("object").where(column.notna()).astype("str")


def frequent_categories(column: pd.Series, *, smallest_share: float) -> list[str]:
    """Return the categories of at least this share of customers, in order of name."""
    shares = category_values(column).value_counts(normalize=True)
    return sorted(shares[shares >= smallest_share].index)


def indicator(column: pd.Series, category: str) -> np.ndarray:
    """Return 1.0 where the category holds, 0.0 where another does, NaN where none."""
    values = category_values(column)
    return np.where(values.isna(), np.nan, (values == category).to_numpy(float))
