"""The numbers of one column's model dimensions."""

from __future__ import annotations

import numpy as np
from scipy.stats import skew

from segmentation.columns import frequent_categories, indicator, numeric_values

# Days added before the logarithm of a recency: a month more or less matters less the
# longer ago the last order is, but 0 or 3 days ago are the same.
RECENCY_OFFSET_DAYS = 30

# Customers beyond a winsor limit below which it says little about the tail, and the
# standard deviations within which no value is pulled in then.
FEWEST_IN_TAIL = 5
SMALL_SAMPLE_REACH = 3.0

# Range, relative to the values, up to which all of them are the same but for rounding.
SAME_VALUE = 1e-9


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


def _unused(feature: str, kind: str, reason: str) -> dict:
    return {"feature": feature, "kind": kind, "is_used": False, "reason": reason}


def numeric_row(
    column, feature, kind, skew_limit, winsor_share, categorical_weight
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
        # The few others would be far out, and are too few to be a segment.
        share = np.mean(values == fill)
        missing = " or none" if len(known) < len(values) else ""
        reason = f"{share:.1%} of customers have the value {fill:g}{missing}"
        return _unused(feature, kind, reason)
    if winsor_share * len(scaled) < FEWEST_IN_TAIL:
        # A tail of a few customers may be as real as any: keep it, unless far out.
        reach = SMALL_SAMPLE_REACH * scaled.std()
        lower = max(min(lower, scaled.mean() - reach), scaled.min())
        upper = min(max(upper, scaled.mean() + reach), scaled.max())
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
