"""How good a solution is, by the field's usual measures."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances,
    silhouette_score,
)

from segmentation.assigning.prototypes import NOISE, centroids
from segmentation.clustering.partitions import ward_kmeans, ward_tree


def within_sum_of_squares(matrix: np.ndarray, labels: np.ndarray) -> float:
    """Return the inertia: squared distances to the own segment's mean, noise aside."""
    kept = labels != NOISE
    matrix, labels = matrix[kept], labels[kept]
    if len(labels) == 0:
        return 0.0
    _, labels = np.unique(labels, return_inverse=True)
    means = centroids(matrix, labels, labels.max() + 1)
    return float(((matrix - means[labels]) ** 2).sum())


class Geometry:
    """Measures of the labels of one set of customers, whose distances are kept.

    Parameters
    ----------
    matrix
        Shape (n, d); memory grows with n squared, so give a sample.
    """

    def __init__(self, matrix: np.ndarray):
        self.matrix = matrix
        self.distances = pairwise_distances(matrix)
        np.fill_diagonal(self.distances, 0.0)

    def measure(self, labels: np.ndarray) -> dict[str, float]:
        """Return silhouette, Calinski-Harabasz and Davies-Bouldin; NaN if undefined.

        Customers with label -1 (noise) are left out.
        """
        kept = np.flatnonzero(labels != NOISE)
        count = len(np.unique(labels[kept]))
        if not 2 <= count < len(kept):
            names = ("silhouette", "calinski_harabasz", "davies_bouldin")
            return dict.fromkeys(names, np.nan)
        matrix, labels = self.matrix[kept], labels[kept]
        distances = self.distances[np.ix_(kept, kept)]
        return {
            "silhouette": float(
                silhouette_score(distances, labels, metric="precomputed")
            ),
            "calinski_harabasz": float(calinski_harabasz_score(matrix, labels)),
            "davies_bouldin": float(davies_bouldin_score(matrix, labels)),
        }


class GapReference:
    """What inertia k-means reaches where there are no groups.

    Uniform customers in the box of the principal axes: Tibshirani, Walther and Hastie,
    "Estimating the number of clusters in a data set via the gap statistic" (2001).

    Parameters
    ----------
    matrix
        Shape (n, d), a sample.
    draws
        Reference sets.
    seed
        Of the uniform draws.
    """

    def __init__(self, matrix: np.ndarray, *, draws: int = 10, seed: int = 0):
        self.matrix = matrix
        mean = matrix.mean(axis=0)
        axes = np.linalg.svd(matrix - mean, full_matrices=False)[2]
        turned = (matrix - mean) @ axes.T
        low, high = turned.min(axis=0), turned.max(axis=0)
        generator = np.random.default_rng(seed)
        self.references = []
        for _ in range(draws):
            uniform = generator.uniform(low, high, size=turned.shape)
            self.references.append((uniform, ward_tree(uniform)))
        self._expected: dict[int, np.ndarray] = {}

    def gap(self, labels: np.ndarray) -> tuple[float, float]:
        """Return the gap of the labels of the matrix, and its standard error."""
        count = len(np.unique(labels[labels != NOISE]))
        inertia = within_sum_of_squares(self.matrix, labels)
        if count == 0 or count >= len(self.matrix) or inertia <= 0:
            return np.nan, np.nan
        if count not in self._expected:
            self._expected[count] = np.log(
                [
                    within_sum_of_squares(uniform, ward_kmeans(uniform, tree, count))
                    for uniform, tree in self.references
                ]
            )
        expected = self._expected[count]
        error = expected.std() * np.sqrt(1 + 1 / len(expected))
        return float(expected.mean() - np.log(inertia)), float(error)


def overlap_table(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return how many customers have each pair of labels; noise is last in both.

    Parameters
    ----------
    left, right
        Labels of the same n customers, from -1 (noise) up.
    """
    table = np.zeros((left.max() + 2, right.max() + 2), dtype=int)
    np.add.at(table, (left, right), 1)
    return table


def jaccards(reference: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Return each segment's best Jaccard agreement with a segment of other labels.

    Hennig, "Cluster-wise assessment of cluster stability" (2007).

    Parameters
    ----------
    reference, labels
        Labels of the same n customers; -1 is noise and no segment.
    count
        Segments of the reference: 0 .. count - 1.

    Returns
    -------
    ndarray of shape (count,)
        0 where a segment has no customer.
    """
    table = overlap_table(reference, labels)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    either = rows[:, None] + columns[None, :] - table
    best = (table / np.maximum(either, 1))[:-1, :-1].max(axis=1, initial=0.0)
    result = np.zeros(count)
    result[: len(best)] = best
    return result


def renamed(reference: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the labels under the reference's numbers, matched one to one.

    Noise stays noise. A segment without a partner gets a number that the reference
    does not have.
    """
    table = overlap_table(reference, labels)[:-1, :-1]
    own, partner = linear_sum_assignment(-table.T)
    names = np.arange(table.shape[1]) + table.shape[0]
    names[own] = partner
    return np.append(names, NOISE)[labels]
