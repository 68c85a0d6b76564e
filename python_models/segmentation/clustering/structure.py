"""Are there groups, and how many: over-segment, merge what no valley separates.

Clusters that one group was cut into have no dip in density between them; real groups
do. Ideas: Hennig, "Methods for merging Gaussian mixture components" (2010); valleys
along the discriminant axis as in his ridgeline and dip methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.partitions import ward_kmeans
from segmentation.clustering.valleys import valley_depth

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


def merging_path(
    matrix: np.ndarray,
    labels: np.ndarray,
    *,
    smallest_share: float,
    count_max: int,
    event_steps: Sequence[float] = (),
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
    event_steps
        How far one event moves a customer in each dimension.

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
                valleys[pair] = valley_depth(left, right, steps=event_steps)
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
    event_steps: Sequence[float] = (),
    over_segmentation: tuple[float, ...] = (1.25, 1.5, 2.0),
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
    event_steps
        How far one event moves a customer in each dimension: no gap is as narrow.
    over_segmentation
        Clusters that merging starts from, as multiples of `count_max`: few enough that
        a small group is not cut up, and several, so that one odd cut is outvoted.
    """
    paths = []
    for multiple in over_segmentation:
        count = round(multiple * count_max)
        if count < len(matrix):
            labels = ward_kmeans(matrix, tree, count)
            paths.append(
                merging_path(
                    matrix,
                    labels,
                    smallest_share=smallest_share,
                    count_max=count_max,
                    event_steps=event_steps,
                )
            )
    path = {}
    for count in range(count_min, count_max + 1):
        found = [one[count] for one in paths if count in one]
        parted = [groups for groups in found if groups.valley < valley_limit]
        if found:
            path[count] = _most_like_the_others(parted or found)
    structure = Structure(path, valley_limit, None)
    finest = sorted(_finest(one, count_min, valley_limit) for one in paths)
    count = finest[(len(finest) - 1) // 2] if finest else 0
    return replace(structure, count=count if structure.is_split(count) else None)


def _most_like_the_others(found: list[Groups]) -> Groups:
    """Return the grouping that agrees best with the others, then the best parted."""
    agreement = np.eye(len(found))
    for one, other in combinations(range(len(found)), 2):
        score = adjusted_rand_score(found[one].labels, found[other].labels)
        agreement[one, other] = agreement[other, one] = score
    likeness = np.round(agreement.mean(axis=1), 9)
    best = max(range(len(found)), key=lambda one: (likeness[one], -found[one].valley))
    return found[best]


def _finest(path: dict[int, Groups], count_min: int, valley_limit: float) -> int:
    """Return the most groups with a valley between every pair, 0 if there are none."""
    split = [count for count, groups in path.items() if groups.valley < valley_limit]
    return max((count for count in split if count >= count_min), default=0)


def _distance(matrix: np.ndarray, left: np.ndarray, right: np.ndarray) -> float:
    """Return the squared distance of two clusters' means."""
    return ((matrix[left].mean(axis=0) - matrix[right].mean(axis=0)) ** 2).sum()
