"""Lines from what was predicted to what came: rising, through a few knots."""

from __future__ import annotations

import numpy as np


def rising(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the rising values that are closest in weighted squares.

    Neighbours that fall are pooled to their mean (Ayer and others 1955).

    Examples
    --------
    >>> rising([0.1, 0.4, 0.2], [1, 1, 1]).round(3).tolist()
    [0.1, 0.3, 0.3]
    """
    pooled: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        pooled.append([float(value), float(weight), 1])
        while len(pooled) > 1 and pooled[-2][0] > pooled[-1][0]:
            value_2, weight_2, count_2 = pooled.pop()
            value_1, weight_1, count_1 = pooled.pop()
            weight = weight_1 + weight_2
            mean = (value_1 * weight_1 + value_2 * weight_2) / weight
            pooled.append([mean, weight, count_1 + count_2])
    return np.repeat([pool[0] for pool in pooled], [pool[2] for pool in pooled])


def corrected_knots(
    *,
    predicted: np.ndarray,
    happened: np.ndarray,
    edges: np.ndarray,
    prior_customers: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return knots of the line from a predicted chance to how often it came true.

    Parameters
    ----------
    predicted, happened
        (n,) chances from 0 to 1, and what came: 0 or 1.
    edges
        Bounds of the bins that chances are averaged in, from 0 to 1.
    prior_customers
        Customers added to each bin for whom the prediction was right.

    Returns
    -------
    Two arrays: chances, from 0 to 1, and what they become; a straight line between.
    Where nothing was predicted nothing is changed.
    """
    predicted = np.asarray(predicted, float)
    bins = len(edges) - 1
    places = np.clip(np.digitize(predicted, edges) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins).astype(float)
    came = np.bincount(places, np.asarray(happened, float), minlength=bins)
    middles = (np.asarray(edges)[1:] + np.asarray(edges)[:-1]) / 2
    sums = np.bincount(places, predicted, minlength=bins)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), middles)
    weights = counts + prior_customers
    values = rising((came + prior_customers * means) / weights, weights)
    return np.r_[0.0, means, 1.0], np.r_[0.0, values, 1.0]
