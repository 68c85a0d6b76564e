"""Every algorithm behind one interface: a sample and a number of segments in,
labels and linear prototypes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from segmentation.prototypes import LinearModel, centroids, nearest
from segmentation.sample import Sample
from segmentation.structure import discriminant, refine, ward_kmeans


@dataclass(frozen=True)
class Solution:
    """What an algorithm says about a sample.

    Attributes
    ----------
    labels
        Shape (n,): its own labels, -1 is noise.
    model
        Linear prototypes that say the same, or nearly so.
    """

    labels: np.ndarray
    model: LinearModel

    def agreement(self, matrix: np.ndarray) -> float:
        """Return the share of the sample that the prototypes label as it did."""
        return float((self.model.predict(matrix) == self.labels).mean())


def kmeans(sample: Sample, count: int) -> Solution:
    """K-means from a cut of the Ward tree: no random start, so no seed to hope for."""
    labels = ward_kmeans(sample.matrix, sample.tree, count)
    return Solution(labels, nearest(centroids(sample.matrix, labels, labels.max() + 1)))


def grouped(sample: Sample, count: int) -> Solution:
    """Return the grouping by valleys, refined in the pooled metric.

    Where merging did not pass through this number of groups, it is k-means.
    """
    groups = sample.structure.path.get(count)
    if groups is None:
        return kmeans(sample, count)
    labels = refine(sample.matrix, groups.labels)
    model = discriminant(sample.matrix, labels)
    return Solution(model.predict(sample.matrix), model)


def polish(model: LinearModel, matrix: np.ndarray, *, is_grouped: bool) -> LinearModel:
    """Return the model fitted on, from a sample's solution, to all n customers."""
    labels = model.predict(matrix)
    if is_grouped:
        return discriminant(matrix, refine(matrix, labels))
    start = centroids(matrix, labels, len(model.segments))
    fitted = KMeans(len(start), init=start, n_init=1).fit(matrix)
    return nearest(fitted.cluster_centers_)


ALGORITHMS: dict[str, Callable[[Sample, int], Solution]] = {"kmeans": kmeans}
