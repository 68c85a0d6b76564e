"""The model dimensions of one column: their names, values and numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.preparing.column_values import (
    frequent_categories,
    indicator,
    numeric_values,
)

# Days added before the logarithm of a recency: a month more or less matters less the
# longer ago the last order is, but 0 or 3 days ago are the same.
RECENCY_OFFSET_DAYS = 30
# What is added before the logarithm of a number that has a unit of its own, such as 1.
COUNT_OFFSET = 1

# Different customers beyond a winsor limit below which it says little about the tail,
# and the standard deviations within which no value is pulled in then.
FEWEST_IN_TAIL = 5
SMALL_SAMPLE_REACH = 3.0

# What is taken of a value of nothing before its logarithm.
LEAST_LOGGED = 1e-9

# Range, relative to the values, up to which all of them are the same but for rounding.
SAME_VALUE = 1e-9


def apply_transform(values: np.ndarray, log_offset: float | None) -> np.ndarray:
    """Return the values on the scale that they are clustered on.

    Parameters
    ----------
    values
        Any shape, raw units.
    log_offset
        Added before the logarithm, in the same unit; None or NaN: no logarithm.
    """
    if pd.isna(log_offset):
        return values
    return np.log(np.maximum(log_offset + np.maximum(values, 0), LEAST_LOGGED))


def log_offset(known: np.ndarray, kind: str, winsor_share: float) -> float:
    """Return what is added to a skewed column before its logarithm is taken.

    In another currency unit every amount is another number, and the customers are the
    same: money has no 1 of its own. The amount that few fall short of stands for it.

    Parameters
    ----------
    known
        Shape (n,): values, skewed to the right, so that some are above 0.
    kind
        'numeric', 'money' or 'recency'.
    winsor_share
        The few, as a share.
    """
    if kind == "money":
        positive = known[known > 0]
        return float(np.quantile(positive, winsor_share, method="inverted_cdf"))
    return float(RECENCY_OFFSET_DAYS if kind == "recency" else COUNT_OFFSET)


def _unused(feature: str, kind: str, reason: str) -> dict:
    return {"feature": feature, "kind": kind, "is_used": False, "reason": reason}


def same_value(value: float | None) -> str | None:
    """Return why a number is not used that all customers have in common."""
    return None if value is None else f"every customer has the value {value:g}"


def numeric_row(
    column,
    feature,
    kind,
    customers,
    skew_limit,
    winsor_share,
    categorical_weight,
    fixed_offset=None,
) -> dict:
    """Return the row of a numeric column; sorted first, so that sums never differ.

    `customers` is how many of them differ in anything; `fixed_offset` is the offset of
    a logarithm that is taken whatever the skew.
    """
    values = np.sort(numeric_values(column))
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return _unused(feature, kind, "no customer has a value")
    if known[-1] - known[0] <= SAME_VALUE * max(abs(known[0]), abs(known[-1]), 1):
        return _unused(feature, kind, same_value(known[0]))
    fill = float(np.median(known))
    values = np.where(np.isnan(values), fill, values)
    is_binary = np.isin(known, known[[0, -1]]).all()
    # Loads half of SciPy: for a fit alone, not for every build.
    from scipy.stats import skew

    is_skewed = skew(values) > skew_limit and np.mean(known < 0) <= winsor_share
    is_logarithm = is_skewed and not is_binary and kind != "share"
    offset = fixed_offset
    if offset is None and is_logarithm:
        offset = log_offset(known, kind, winsor_share)
    scaled = apply_transform(values, offset)
    # A value that somebody has, so that it is the same when everybody is there twice.
    lower, upper = np.quantile(
        scaled, [winsor_share, 1 - winsor_share], method="inverted_cdf"
    )
    if lower == upper:
        # The few others would be far out, and are too few to be a segment.
        share = np.mean(values == fill)
        missing = " or none" if len(known) < len(values) else ""
        reason = f"{share:.1%} of customers have the value {fill:g}{missing}"
        return _unused(feature, kind, reason)
    if winsor_share * customers < FEWEST_IN_TAIL:
        # A tail of a few customers may be as real as any: keep it, unless far out.
        reach = SMALL_SAMPLE_REACH * scaled.std()
        lower = max(min(lower, scaled.mean() - reach), scaled.min())
        upper = min(max(upper, scaled.mean() + reach), scaled.max())
    clipped = np.clip(scaled, lower, upper)
    return {
        "feature": feature,
        "kind": kind,
        "log_offset": offset,
        "fill_value": fill,
        "lower_bound": lower,
        "upper_bound": upper,
        "mean": clipped.mean(),
        "standard_deviation": clipped.std(),
        "scale_weight": float(np.sqrt(categorical_weight)) if is_binary else 1.0,
        "is_used": True,
        "reason": None,
    }


def categorical_rows(column, feature, smallest_share, weight) -> list[dict]:
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
            "log_offset": None,
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


def dimension_name(*, feature: str, category_value: str | None) -> str:
    """Name a model dimension: the feature, or 'feature=value' for one of its values."""
    if category_value is None or pd.isna(category_value):
        return feature
    return f"{feature}={category_value}"


def dimension_values(
    *, features: pd.DataFrame, feature: str, category_value: str | None
) -> np.ndarray:
    """Return (n,) raw values: the number, or 1 for the category; NaN where missing."""
    if feature not in features.columns:
        raise ValueError(
            f"the fitted feature '{feature}' is not a column of the features: "
            f"{', '.join(map(str, features.columns))}"
        )
    if category_value is None or pd.isna(category_value):
        return numeric_values(features[feature])
    return indicator(features[feature], category_value)
