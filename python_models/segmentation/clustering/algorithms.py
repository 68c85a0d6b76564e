"""Every algorithm behind one interface.

An algorithm lists its variants for a sample and the numbers of segments wanted; each is
a fit that can be repeated on another sample and says what it found as labels and as
linear prototypes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import Birch, BisectingKMeans, KMeans
from sklearn.mixture import GaussianMixture

from segmentation.assigning.prototypes import LinearModel, centroids, nearest
from segmentation.clustering.density import dbscan_variants, hdbscan_variants
from segmentation.clustering.partitions import discriminant, refine, ward_kmeans
from segmentation.clustering.solutions import RANDOM_STARTS, Fit, Sample, Solution

# Different customers below which only k-means is tried.
FEWEST_CUSTOMERS = 30
# Segments asked for in place of tiny ones: a tree is cut again at no cost.
SPARE_SEGMENTS = 3
SPARE_CUTS = 20
# Subclusters of BIRCH, at most: SQL scores each customer against every one.
MOST_SUBCLUSTERS = 100


def sized(sample: Sample, count: int, *, fit: Callable, spare: int) -> Solution:
    """Return a fit whose segments all hold enough customers to be one.

    A few customers far from all others take a segment of their own: more segments are
    asked for, up to `spare`, until `count` are large enough, and those few then join
    the best of these. Where that is never reached, the most that are.
    """
    most = None
    for asked in range(count, count + spare + 1):
        solution = fit(sample, asked)
        large = sample.large_segments(solution.labels)
        if most is None or len(large) > len(most[1]):
            most = solution, large
        if len(large) >= count or solution.labels.max() + 1 < asked:
            break
    solution, large = most
    return solution.keep(large)


def kmeans(sample: Sample, count: int) -> Solution:
    """The best k-means of several starts, without tiny segments."""
    return sized(sample, count, fit=several_starts, spare=SPARE_SEGMENTS)


def several_starts(sample: Sample, count: int) -> Solution:
    """The best k-means of several starts: a cut of the Ward tree, and random ones."""
    labels = ward_kmeans(sample.matrix, sample.tree, count)
    if labels.max() > 0:
        # Starts are drawn among those who differ, so that copies of everybody change
        # nothing.
        kinds = sample.distinct_rows
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        again = KMeans(
            labels.max() + 1,
            n_init=sample.random_starts,
            random_state=sample.settings.seed,
        ).fit(sample.matrix[first], sample_weight=counts)
        means = centroids(sample.matrix, labels, labels.max() + 1)
        if again.inertia_ < ((sample.matrix - means[labels]) ** 2).sum():
            labels = np.unique(again.labels_[kinds], return_inverse=True)[1]
    model = nearest(centroids(sample.matrix, labels, labels.max() + 1))
    return Solution(sample.matrix, labels, model)


def grouped(sample: Sample, count: int) -> Solution:
    """Return the grouping by valleys, refined in the pooled metric.

    Where merging did not pass through this number of groups, it is k-means.
    """
    groups = sample.structure.path.get(count)
    if groups is None:
        return kmeans(sample, count)
    labels = refine(sample.matrix, groups.labels)
    model = discriminant(sample.matrix, labels)
    return Solution(sample.matrix, model.predict(sample.matrix), model)


def natural(sample: Sample, count: int) -> Solution:
    """Return the grouping into as many groups as this sample shows.

    A resample that shows more or fewer groups says that the number is in doubt;
    `count` stands in where it shows none.
    """
    return grouped(sample, sample.structure.count or count)


def kmeans_variants(sample: Sample, counts: Iterable[int]) -> list[Fit]:
    """Return groupings where every pair has a valley between them, else k-means."""
    structure = sample.structure

    def way(count: int) -> Callable:
        if count == structure.count:
            return natural
        return grouped if structure.is_split(count) else kmeans

    return [partial(way(count), count=count) for count in counts]


def polish(model: LinearModel, matrix: np.ndarray, *, is_grouped: bool) -> LinearModel:
    """Return the model fitted, from a sample's solution, to all n customers."""
    labels = model.predict(matrix)
    if is_grouped:
        return discriminant(matrix, refine(matrix, labels))
    start = centroids(matrix, labels, len(model.segments))
    fitted = KMeans(len(start), init=start, n_init=1).fit(matrix)
    return nearest(fitted.cluster_centers_)


def bisecting_kmeans(sample: Sample, count: int) -> Solution:
    """Split the cluster of the largest inertia in two, again and again."""
    if count < 2:
        return kmeans(sample, count)
    fitted = BisectingKMeans(count, n_init=5, random_state=sample.settings.seed).fit(
        sample.matrix
    )
    return Solution(sample.matrix, fitted.labels_)


def gaussian_mixture(sample: Sample, count: int) -> Solution:
    """Gaussians of one shared covariance: their posterior is a linear score, exactly.

    log(weight) + mean' C^-1 z - mean' C^-1 mean / 2.
    """
    labels = ward_kmeans(sample.matrix, sample.tree, count)
    start = centroids(sample.matrix, labels, labels.max() + 1)
    fitted = GaussianMixture(
        len(start),
        covariance_type="tied",
        means_init=start,
        weights_init=np.bincount(labels) / len(labels),
        reg_covar=1e-3,
        random_state=sample.settings.seed,
        max_iter=200,
    ).fit(sample.matrix)
    weights = fitted.means_ @ fitted.precisions_
    offsets = np.log(fitted.weights_) - 0.5 * (weights * fitted.means_).sum(axis=1)
    model = LinearModel(weights, offsets, np.arange(len(start)))
    return Solution(sample.matrix, fitted.predict(sample.matrix), model)


def birch(sample: Sample, count: int) -> Solution:
    """Summarise customers in a tree of subclusters, then join those by k-means.

    Subclusters count as many times as they have customers (Zhang, Ramakrishnan and
    Livny, "BIRCH", 1996): unweighted, a few outliers would be segments.
    """
    tree, members = sample.remember("birch", _birch_tree)
    centres = tree.subcluster_centers_
    joined = KMeans(
        min(count, len(centres)),
        n_init=RANDOM_STARTS,
        random_state=sample.settings.seed,
    ).fit(centres, sample_weight=np.bincount(members, minlength=len(centres)))
    return Solution(
        sample.matrix, joined.labels_[members], nearest(centres, joined.labels_)
    )


def _birch_tree(sample: Sample) -> tuple[Birch, np.ndarray]:
    """Return the tree of subclusters, and each customer's nearest, shape (n,).

    The radius grows until there are few enough subclusters for SQL. The tree depends on
    the order of insertion: a fixed shuffle of the canonical order.
    """
    order = np.random.default_rng(sample.settings.seed).permutation(len(sample))
    radius = 0.5 * np.sqrt(sample.matrix.shape[1])
    while True:
        tree = Birch(threshold=radius, n_clusters=None).fit(sample.matrix[order])
        if len(tree.subcluster_centers_) <= MOST_SUBCLUSTERS:
            return tree, tree.predict(sample.matrix)
        radius *= 1.25


def agglomerative(sample: Sample, count: int, *, method: str) -> Solution:
    """Join the two clusters that are nearest by the method, again and again."""
    if count < 2:
        return kmeans(sample, count)
    tree = sample.remember(method, lambda part: linkage(part.matrix, method))
    labels = fcluster(tree, count, "maxclust") - 1
    return Solution(sample.matrix, labels)


def variants(name: str, sample: Sample, counts: Iterable[int]) -> list[Fit]:
    """Return the fits of an algorithm for the numbers of segments wanted.

    Very few customers are cut by k-means, whatever the algorithm: densities and
    covariances of a handful mean nothing.
    """
    if sample.distinct_count < FEWEST_CUSTOMERS:
        name = "kmeans"
    return ALGORITHMS[name](sample, counts)


def _by_count(
    fit: Callable, spare: int = SPARE_SEGMENTS
) -> Callable[[Sample, Iterable[int]], list[Fit]]:
    """Return the variants of a fit that takes the number of segments."""
    return lambda sample, counts: [
        partial(sized, count=count, fit=fit, spare=spare) for count in counts
    ]


def _by_cut(method: str) -> Callable[[Sample, Iterable[int]], list[Fit]]:
    """Return the cuts of a tree of joined customers."""
    return _by_count(partial(agglomerative, method=method), SPARE_CUTS)


ALGORITHMS: dict[str, Callable[[Sample, Iterable[int]], list[Fit]]] = {
    "kmeans": kmeans_variants,
    "bisecting_kmeans": _by_count(bisecting_kmeans),
    "gaussian_mixture": _by_count(gaussian_mixture),
    "birch": _by_count(birch),
    "agglomerative_ward": _by_cut("ward"),
    "agglomerative_average": _by_cut("average"),
    "agglomerative_complete": _by_cut("complete"),
    "dbscan": dbscan_variants,
    "hdbscan": hdbscan_variants,
}
