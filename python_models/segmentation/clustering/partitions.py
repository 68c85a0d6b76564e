"""Cuts of customers into segments, and the metric that they are compared in."""

from __future__ import annotations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans

from segmentation.assigning.prototypes import LinearModel, centroids


def ward_tree(matrix: np.ndarray) -> np.ndarray:
    """Return the Ward linkage of n customers (memory grows with n squared)."""
    return linkage(matrix, "ward") if len(matrix) > 1 else np.empty((0, 4))


def ward_kmeans(matrix: np.ndarray, tree: np.ndarray, count: int) -> np.ndarray:
    """Return k-means labels started from a cut of the Ward tree: no random start."""
    if count <= 1 or len(matrix) <= 1:
        return np.zeros(len(matrix), dtype=int)
    labels = fcluster(tree, count, "maxclust") - 1
    start = centroids(matrix, labels, labels.max() + 1)
    labels = KMeans(len(start), init=start, n_init=1).fit(matrix).labels_
    return np.unique(labels, return_inverse=True)[1]


def pooled_covariance(
    matrix: np.ndarray, labels: np.ndarray, shrinkage: float
) -> np.ndarray:
    """Return the covariance within groups, pulled towards a sphere, shape (d, d)."""
    means = centroids(matrix, labels, labels.max() + 1)
    residuals = matrix - means[labels]
    covariance = residuals.T @ residuals / len(matrix)
    size = len(covariance)
    sphere = max(np.trace(covariance) / size, 1e-9) * np.eye(size)
    return (1 - shrinkage) * covariance + shrinkage * sphere


def discriminant(
    matrix: np.ndarray, labels: np.ndarray, *, shrinkage: float = 0.3
) -> LinearModel:
    """Return the nearest centroid in the pooled metric, as linear scores."""
    means = centroids(matrix, labels, labels.max() + 1)
    metric = pooled_covariance(matrix, labels, shrinkage)
    weights = np.linalg.solve(metric, means.T).T
    offsets = -0.5 * (means * weights).sum(axis=1)
    return LinearModel(weights, offsets, np.arange(len(means)))


def refine(matrix: np.ndarray, labels: np.ndarray, *, rounds: int = 15) -> np.ndarray:
    """Return labels once every customer is in the nearest group, in pooled metric."""
    for _ in range(rounds):
        moved = discriminant(matrix, labels).predict(matrix)
        _, moved = np.unique(moved, return_inverse=True)
        if (moved == labels).mean() > 0.9999:
            return moved
        labels = moved
    return labels
