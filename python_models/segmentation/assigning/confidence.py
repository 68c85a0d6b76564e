"""From a margin in score to the chance of keeping the segment."""

from __future__ import annotations

import numpy as np
from sklearn.isotonic import IsotonicRegression

# Points of the calibration line, at most: enough for a curve, few enough for SQL.
KNOTS = 15
# Where all kept their segment, a larger margin is still the surer one: so much of the
# confidence is the rank of the margin.
RANK_SHARE = 0.02


def calibrate(*, margins: np.ndarray, kept: np.ndarray) -> tuple[list, list]:
    """Return the knots of confidence as a rising line of the margin.

    Parameters
    ----------
    margins
        Shape (n,): how far the best segment's score beats the second's.
    kept
        Shape (n,): share of resamplings in which the customer kept the segment.

    Returns
    -------
    margins, confidences
        Knots of a piecewise-linear rise, constant outside; no two margins equal.
    """
    known = np.isfinite(margins) & np.isfinite(kept)
    if known.sum() < 2 or np.ptp(margins[known]) == 0:
        level = float(kept[known].mean()) if known.any() else 1.0
        return [0.0], [round(level, 6)]
    order = np.lexsort((kept[known], margins[known]))
    margins, kept = margins[known][order], kept[known][order]
    fitted = IsotonicRegression(y_min=0, y_max=1).fit_transform(margins, kept)
    ranks = np.linspace(0, 1, len(fitted))
    fitted = (1 - RANK_SHARE) * fitted + RANK_SHARE * ranks
    # Knots are means, so that steps become slopes. Below the middle they are closest
    # together at the borders between segments, where the few that change are; above it
    # each has as many customers, so that the middle knot is the median margin, which
    # hysteresis is a share of.
    shares = np.arange(1, KNOTS) / KNOTS
    middle = (KNOTS // 2) / KNOTS
    edges = len(margins) * np.where(shares < middle, shares**2 / middle, shares)
    groups = np.split(np.arange(len(margins)), np.unique(edges.astype(int)))
    groups = [group for group in groups if len(group)]
    at = np.array([margins[group].mean() for group in groups])
    confidence = np.array([fitted[group].mean() for group in groups])
    at, first = np.unique(np.round(at, 9), return_index=True)
    return at.tolist(), np.round(confidence[first], 6).tolist()


def confidence(
    *, margins: np.ndarray, knots: list[float], levels: list[float]
) -> np.ndarray:
    """Return the confidence of each margin, as SQL interpolates it."""
    return np.interp(margins, knots, levels)
