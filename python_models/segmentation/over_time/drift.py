"""How far today's customers are from those a model was fitted on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from segmentation.assigning.prototypes import nearest
from segmentation.clustering.measures import within_sum_of_squares
from segmentation.preparing.column_values import numeric_values

# Bins of the stability index: tenths of the training customers.
BINS = 10
# Share that stands for an empty bin: its logarithm would be infinite.
EMPTY_SHARE = 1e-4
# Random starts of the fit that a published model is compared with.
FRESH_STARTS = 4


def nearest_distances(vectors: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return each customer's distance to the nearest centroid, shape (n,).

    Parameters
    ----------
    vectors
        Shape (n, d).
    centroids
        Shape (k, d).
    """
    squares = (
        (vectors**2).sum(axis=1)[:, None]
        - 2 * vectors @ centroids.T
        + (centroids**2).sum(axis=1)
    )
    return np.sqrt(np.maximum(squares.min(axis=1), 0))


def drift_share(
    *, vectors: np.ndarray, centroids: np.ndarray, training_limit: float
) -> float:
    """Return the share of customers farther out than `training_limit`.

    The limit is the 99th percentile of the distances at the fit: without drift the
    share is .01.
    """
    return float((nearest_distances(vectors, centroids) > training_limit).mean())


def bin_edges(values: np.ndarray) -> list[float]:
    """Return the distinct inner deciles of the known values."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return []
    shares = np.arange(1, BINS) / BINS
    return np.unique(np.quantile(known, shares, method="inverted_cdf")).tolist()


def bin_shares(values: np.ndarray, edges: list[float]) -> list[float]:
    """Return the share of known values in each bin; an edge belongs to the lower."""
    known = values[np.isfinite(values)]
    bins = np.searchsorted(edges, known, side="left")
    counts = np.bincount(bins, minlength=len(edges) + 1)
    return (counts / max(len(known), 1)).tolist()


def stability_index(training: list[float], today: list[float]) -> float:
    """Return the population stability index of two sets of bin shares.

    Sum of (today - training) * ln(today / training); by custom below .1 is nothing,
    above .25 a major shift (Siddiqi 2006).
    """
    before = np.maximum(training, EMPTY_SHARE)
    after = np.maximum(today, EMPTY_SHARE)
    return float(((after - before) * np.log(after / before)).sum())


def feature_bins(frame: pd.DataFrame, features: list[str]) -> dict[str, dict]:
    """Return edges and shares of the training customers by feature."""
    bins = {}
    for feature in features:
        values = numeric_values(frame[feature])
        edges = bin_edges(values)
        if edges:
            bins[feature] = {"edges": edges, "shares": bin_shares(values, edges)}
    return bins


def largest_shift(frame: pd.DataFrame, bins: dict[str, dict]) -> tuple[float, str]:
    """Return the highest stability index of the features, and whose it is."""
    indices = {
        feature: stability_index(
            bin["shares"], bin_shares(numeric_values(frame[feature]), bin["edges"])
        )
        for feature, bin in sorted(bins.items())
        if feature in frame
    }
    if not indices:
        return 0.0, ""
    feature = max(indices, key=indices.__getitem__)
    return indices[feature], feature


def quality_loss(*, vectors: np.ndarray, centroids: np.ndarray) -> float:
    """Return how much smaller the squared distances of a fresh fit are.

    Distances are to the means that the published segments have today: means that move
    with their customers are no loss.

    Parameters
    ----------
    vectors
        Shape (n, d): customers today, in the published model's dimensions.
    centroids
        Shape (k, d): the published segments.

    Returns
    -------
    float
        Published over fresh inertia of the same number of segments, minus 1; 0 where
        customers differ in nothing.
    """
    if len(vectors) <= len(centroids) or vectors.shape[1] == 0:
        return 0.0
    labels = nearest(centroids).predict(vectors)
    count = len(centroids)
    published = within_sum_of_squares(vectors, labels)
    starts = [
        KMeans(count, init=centroids, n_init=1),
        KMeans(count, n_init=FRESH_STARTS, random_state=0),
    ]
    fresh = min(start.fit(vectors).inertia_ for start in starts)
    return float(published / fresh - 1) if fresh > 0 else 0.0
