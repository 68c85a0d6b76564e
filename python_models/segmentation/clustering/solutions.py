"""What an algorithm finds, and the customers it is fitted on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from segmentation.assigning.approximation import approximate
from segmentation.assigning.prototypes import NOISE, LinearModel, centroids, nearest
from segmentation.clustering.partitions import ward_tree
from segmentation.clustering.structure import Structure, find_structure
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.sampling import ORDER_DECIMALS

# Starts of k-means besides the Ward tree. On data without gaps one start finds another
# optimum on every resample.
RANDOM_STARTS = 10


class Sample:
    """Customers in canonical order; the costly parts are made once, when asked for.

    Parameters
    ----------
    matrix
        Shape (n, d).
    settings
        What counts as a group.
    random_starts
        Random starts of each k-means.
    """

    def __init__(
        self,
        matrix: np.ndarray,
        settings: Settings,
        *,
        random_starts: int = RANDOM_STARTS,
    ):
        self.matrix = matrix
        self.settings = settings
        self.random_starts = random_starts
        self._made: dict = {}

    def __len__(self) -> int:
        return len(self.matrix)

    @cached_property
    def distinct_rows(self) -> np.ndarray:
        """Shape (n,): for each customer the number, from 0, of what they are like."""
        rounded = np.round(self.matrix, ORDER_DECIMALS) + 0.0
        return np.unique(rounded, axis=0, return_inverse=True)[1].reshape(-1)

    @property
    def distinct_count(self) -> int:
        """How many customers differ."""
        return int(self.distinct_rows.max(initial=-1)) + 1

    def large_segments(self, labels: np.ndarray) -> np.ndarray:
        """Return the segments with enough customers to be one; the largest always is.

        `labels` has shape (n,), -1 is noise; segments ascend.
        """
        sizes = np.bincount(labels[labels != NOISE])
        smallest_size = self.settings.smallest_share * len(self)
        return np.flatnonzero(sizes >= min(smallest_size, sizes.max(initial=0)))

    @cached_property
    def tree(self) -> np.ndarray:
        """The Ward linkage."""
        return ward_tree(self.matrix)

    def remember(self, name: str, make: Callable):
        """Return what `make` makes of this sample, made once under this name."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    @cached_property
    def structure(self) -> Structure:
        """The groupings that merging passes through."""
        if self.distinct_count < self.settings.smallest_structure:
            return Structure({}, self.settings.valley_limit, None)
        return find_structure(
            self.matrix,
            self.tree,
            count_min=self.settings.segment_count_min,
            count_max=self.settings.segment_count_max,
            smallest_share=self.settings.smallest_share,
            valley_limit=self.settings.valley_limit,
            event_steps=self.settings.event_steps,
        )


class Solution:
    """What an algorithm says about a sample.

    Parameters
    ----------
    matrix
        Shape (n, d): the sample.
    labels
        Shape (n,): the algorithm's own labels, -1 is noise.
    model
        Linear prototypes that say the same, where the algorithm has them.
    """

    def __init__(
        self, matrix: np.ndarray, labels: np.ndarray, model: LinearModel | None = None
    ):
        self.matrix = matrix
        self.labels = labels
        self.own_model = model

    @cached_property
    def model(self) -> LinearModel:
        """Linear prototypes that say the same as the labels, or nearly so."""
        return self.own_model or approximate(self.matrix, self.labels)

    @property
    def agreement(self) -> float:
        """Share of the sample that the prototypes label as the algorithm did."""
        return float((self.model.predict(self.matrix) == self.labels).mean())

    def keep(self, segments: np.ndarray) -> Solution:
        """Return the solution with these segments only, numbered from 0.

        Customers of the others join the segment that scores best, or whose mean is
        nearest where the algorithm has no scores.
        """
        if len(segments) == self.labels.max() + 1:
            return self
        if self.own_model is not None:
            model = self.own_model.keep(segments)
            return Solution(self.matrix, model.predict(self.matrix), model)
        means = centroids(self.matrix, self.labels, self.labels.max() + 1)
        labels = nearest(means[segments]).predict(self.matrix)
        is_kept = np.isin(self.labels, segments)
        labels[is_kept] = np.searchsorted(segments, self.labels[is_kept])
        return Solution(self.matrix, labels)

    def predict(self, matrix: np.ndarray) -> np.ndarray:
        """Return labels of other customers: by the model, or like the nearest one."""
        if self.own_model is not None:
            return self.own_model.predict(matrix)
        neighbour = KNeighborsClassifier(n_neighbors=1).fit(self.matrix, self.labels)
        return neighbour.predict(matrix)


Fit = Callable[[Sample], Solution]
