"""What sets each segment apart: its typical values, and how far they are off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.preparing.dimensions import dimension_name, dimension_values

# Digits that are kept of an effect: more would depend on the order of summation.
EFFECT_DIGITS = 6
PROFILE_COLUMNS = (
    "segment_number", "dimension", "feature", "category_value", "segment_value",
    "overall_value", "lower_quartile", "upper_quartile", "overall_lower_quartile",
    "overall_upper_quartile", "effect_size", "driver_rank",
)  # fmt: skip


def effect_sizes(*, vectors: np.ndarray, labels: np.ndarray, number: int) -> np.ndarray:
    """Difference of a segment's mean from that of all other customers.

    Parameters
    ----------
    vectors
        (n, d) standardised features.
    labels
        (n,) segment numbers.
    number
        The segment.

    Returns
    -------
    (d,) differences in standard deviations of all customers (Glass's delta with the
    population's spread); 0 where the segment is empty or holds everybody.
    """
    inside = labels == number
    if not inside.any() or inside.all():
        return np.zeros(vectors.shape[1])
    difference = vectors[inside].mean(axis=0) - vectors[~inside].mean(axis=0)
    return difference.round(EFFECT_DIGITS) + 0.0


def profile_segments(
    *,
    features: pd.DataFrame,
    vectors: np.ndarray,
    labels: np.ndarray,
    dimensions: pd.DataFrame,
) -> pd.DataFrame:
    """Describe every segment on every dimension of the model.

    Parameters
    ----------
    features
        n customers, raw units.
    vectors
        (n, d) the same customers standardised, in the order of `dimensions`.
    labels
        (n,) segment numbers; -1 is noise and is compared with, never described.
    dimensions
        The d used rows of fitted_features by position: feature, category_value,
        scale_weight.

    Returns
    -------
    One row per segment and dimension: segment_number, dimension, feature,
    category_value, segment_value and overall_value (median; share of customers for a
    category), the quartiles of both (lower_quartile, overall_lower_quartile, ...),
    effect_size (standard deviations), driver_rank (1 is the strongest). No row where
    all customers are alike: then there is no dimension.

    Raises
    ------
    ValueError
        If every label is -1.
    """
    numbers = sorted(set(labels.tolist()) - {-1})
    if not numbers:
        raise ValueError("there is no segment to describe: every label is -1")
    rows = []
    columns = [
        dimension_values(
            features=features, feature=row.feature, category_value=row.category_value
        )
        for row in dimensions.itertuples()
    ]
    weights = dimensions["scale_weight"].to_numpy(dtype=float)
    for number in numbers:
        inside = labels == number
        effects = effect_sizes(vectors=vectors, labels=labels, number=number) / weights
        for row, values, effect in zip(
            dimensions.itertuples(), columns, effects, strict=True
        ):
            is_number = row.category_value is None or pd.isna(row.category_value)
            rows.append(
                {
                    "segment_number": number,
                    "dimension": dimension_name(
                        feature=row.feature, category_value=row.category_value
                    ),
                    "feature": row.feature,
                    "category_value": None if is_number else row.category_value,
                    **_typical_values(values, inside, is_number),
                    "effect_size": effect,
                }
            )
    if not rows:
        return pd.DataFrame(columns=PROFILE_COLUMNS)
    profile = pd.DataFrame(rows)
    strength = profile["effect_size"].abs()
    profile = (
        profile.assign(strength=-strength)
        .sort_values(["segment_number", "strength", "dimension"], kind="stable")
        .drop(columns="strength")
        .reset_index(drop=True)
    )
    profile["driver_rank"] = profile.groupby("segment_number").cumcount() + 1
    return profile


def _typical_values(values, inside, is_number) -> dict:
    members, everybody = values[inside], values[~np.isnan(values)]
    known = members[~np.isnan(members)]
    typical = np.median if is_number else np.mean
    # Customers without a value count against a claim about the segment's quarters.
    is_complete = is_number and len(known) == len(members)
    low, high = np.nan, np.nan
    if is_complete and len(known):
        # Rounded outwards, so that three quarters do keep the bound.
        low = np.quantile(known, 0.25, method="lower")
        high = np.quantile(known, 0.75, method="higher")
    overall_low, overall_high = np.quantile(everybody, [0.25, 0.75])
    return {
        "segment_value": typical(known) if len(known) else np.nan,
        "overall_value": typical(everybody),
        "lower_quartile": low,
        "upper_quartile": high,
        "overall_lower_quartile": overall_low,
        "overall_upper_quartile": overall_high,
    }
