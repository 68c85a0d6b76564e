"""Are there groups, and how many: over-segment, merge what no valley separates.

Clusters that one group was cut into have no dip in density between them; real groups
do. Ideas: Hennig, "Methods for merging Gaussian mixture components" (2010); valleys
along the discriminant axis as in his ridgeline and dip methods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans

from segmentation.prototypes import LinearModel, centroids

# Where a valley is looked for, between the medians of two clusters (0 and 1).
GRID = np.linspace(-0.25, 1.25, 61)
# Values that stand for a cluster in a density: its quantiles.
DENSITY_POINTS = 300
# Customers below which a cluster shows no density.
SMALLEST_SIZE = 8


@dataclass(frozen=True)
class Groups:
    """A grouping found by merging.

    Attributes
    ----------
    labels
        Shape (n,), 0 .. k - 1.
    valley
        Shallowest valley left between two groups: density in it over the lower of the
        two peaks. 0 is an empty gap, 1 no gap at all.
    """

    labels: np.ndarray
    valley: float

    @property
    def count(self) -> int:
        return int(self.labels.max()) + 1


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


def valley_depth(left: np.ndarray, right: np.ndarray, *, shrinkage=0.2) -> float:
    """Return the density between two clusters over the lower of their two peaks.

    Parameters
    ----------
    left, right
        Customers of each cluster, shapes (n1, d) and (n2, d).
    shrinkage
        Pull of the pooled covariance towards a sphere.

    Returns
    -------
    float
        0 (an empty gap) to 1 (no gap), along the discriminant axis.
    """
    both = np.vstack([left, right])
    labels = np.repeat([0, 1], [len(left), len(right)])
    metric = pooled_covariance(both, labels, shrinkage)
    axis = np.linalg.solve(metric, right.mean(axis=0) - left.mean(axis=0))
    low, high = left @ axis, right @ axis
    start, end = np.median(low), np.median(high)
    if end <= start:
        return 1.0
    low, high = (low - start) / (end - start), (high - start) / (end - start)
    smaller = min(len(low), len(high))
    bandwidth = max(0.9 * min(low.std(), high.std()) * smaller**-0.2, 1e-6)
    density = _density(low, bandwidth) + _density(high, bandwidth)
    middle = len(GRID) // 2
    first = density[: middle + 1].argmax()
    second = middle + density[middle:].argmax()
    if first == second:
        return 1.0
    floor = density[first : second + 1].min()
    return float(floor / min(density[first], density[second]))


def _density(values: np.ndarray, bandwidth: float) -> np.ndarray:
    """Return the summed Gaussian kernels of the values on the grid."""
    weight = 1.0
    if len(values) > DENSITY_POINTS:
        weight = len(values) / DENSITY_POINTS
        steps = (np.arange(DENSITY_POINTS) + 0.5) / DENSITY_POINTS
        values = np.quantile(values, steps)
    kernels = np.exp(-0.5 * ((GRID[:, None] - values[None, :]) / bandwidth) ** 2)
    return weight * kernels.sum(axis=1)


def merging_path(
    matrix: np.ndarray, labels: np.ndarray, *, smallest_share: float, count_max: int
) -> dict[int, Groups]:
    """Merge the pair with the shallowest valley, again and again.

    Clusters too small to be a segment first join the nearest one.

    Parameters
    ----------
    matrix, labels
        Shapes (n, d) and (n,): customers and their over-segmentation.
    smallest_share
        Share of customers below which a cluster is no segment.
    count_max
        Most groups that are kept.

    Returns
    -------
    dict
        The grouping at each number of groups from `count_max` down to 2.
    """
    members = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
    smallest_size = max(smallest_share * len(matrix), SMALLEST_SIZE)
    while len(members) > 2:
        small = min(members, key=lambda label: (len(members[label]), label))
        if len(members[small]) >= smallest_size:
            break
        rows = members.pop(small)
        near = min(members, key=lambda label: _distance(matrix, members[label], rows))
        members[near] = np.union1d(members[near], rows)
    valleys: dict[tuple[int, int], float] = {}
    path = {}
    while len(members) > 1:
        for pair in combinations(sorted(members), 2):
            if pair not in valleys:
                left, right = (matrix[members[label]] for label in pair)
                valleys[pair] = valley_depth(left, right)
        kept, gone = max(valleys, key=lambda pair: (valleys[pair], pair))
        if len(members) <= count_max:
            numbered = np.empty(len(matrix), dtype=int)
            for number, label in enumerate(sorted(members)):
                numbered[members[label]] = number
            path[len(members)] = Groups(numbered, valleys[kept, gone])
        members[kept] = np.union1d(members[kept], members.pop(gone))
        changed = {kept, gone}
        valleys = {p: depth for p, depth in valleys.items() if changed.isdisjoint(p)}
    return path


@dataclass(frozen=True)
class Structure:
    """The groupings that merging passes through.

    Attributes
    ----------
    path
        Grouping at each number of groups, where there is one.
    valley_limit
        Depth above which there is no valley between two groups.
    count
        Most groups that all have a valley between them; None if there are none.
    """

    path: dict[int, Groups]
    valley_limit: float
    count: int | None

    def is_split(self, count: int) -> bool:
        """Return whether all groups of this grouping have a valley between them."""
        return count in self.path and self.path[count].valley < self.valley_limit


def find_structure(
    matrix: np.ndarray,
    tree: np.ndarray,
    *,
    count_min: int,
    count_max: int,
    smallest_share: float,
    valley_limit: float,
    over_segmentations: tuple[int, ...] = (12, 16, 24),
) -> Structure:
    """Merge from several over-segmentations and keep what most of them agree on.

    Parameters
    ----------
    matrix, tree
        Customers, shape (n, d), and their Ward linkage.
    count_min, count_max
        Numbers of groups that are of use.
    smallest_share
        Share of customers below which a cluster is no group.
    valley_limit
        Depth above which there is no valley between two groups.
    over_segmentations
        Numbers of clusters that merging starts from.
    """
    paths = []
    for count in over_segmentations:
        if count < len(matrix):
            labels = ward_kmeans(matrix, tree, count)
            paths.append(
                merging_path(
                    matrix, labels, smallest_share=smallest_share, count_max=count_max
                )
            )
    path = {}
    for count in range(count_min, count_max + 1):
        found = [path[count] for path in paths if count in path]
        if found:
            path[count] = min(found, key=lambda groups: groups.valley)
    structure = Structure(path, valley_limit, None)
    finest = sorted(_finest(one, count_min, valley_limit) for one in paths)
    count = finest[(len(finest) - 1) // 2] if finest else 0
    return replace(structure, count=count if structure.is_split(count) else None)


def _finest(path: dict[int, Groups], count_min: int, valley_limit: float) -> int:
    """Return the most groups with a valley between every pair, 0 if there are none."""
    split = [count for count, groups in path.items() if groups.valley < valley_limit]
    return max((count for count in split if count >= count_min), default=0)


def _distance(matrix: np.ndarray, left: np.ndarray, right: np.ndarray) -> float:
    """Return the squared distance of two clusters' means."""
    return ((matrix[left].mean(axis=0) - matrix[right].mean(axis=0)) ** 2).sum()


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
