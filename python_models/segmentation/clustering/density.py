"""Algorithms that find dense regions and leave the rest unassigned."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.neighbors import NearestNeighbors

from segmentation.assigning.prototypes import NOISE
from segmentation.clustering.solutions import Fit, Sample, Solution

# Neighbours that make a customer's surroundings dense: a share of the sample, so that a
# resample reads density alike, and no fewer than the usual five.
NEIGHBOUR_SHARE = 0.01
FEWEST_NEIGHBOURS = 5
# Shares of customers that are dense, from which DBSCAN's radius is looked for.
DENSE_SHARES = np.linspace(0.3, 0.98, 18)
# Smallest clusters, as shares of customers, that HDBSCAN looks for.
CLUSTER_SHARES = (0.03, 0.04, 0.05, 0.07, 0.1)


def neighbour_count(sample: Sample) -> int:
    """Return how many customers must be near, the customer counted."""
    return max(FEWEST_NEIGHBOURS, round(NEIGHBOUR_SHARE * len(sample)))


def dbscan(sample: Sample, radius: float) -> Solution:
    """Customers reachable through dense surroundings of this radius are one segment."""
    fitted = DBSCAN(eps=radius, min_samples=neighbour_count(sample))
    return _solution(sample, fitted.fit_predict(sample.matrix))


def dbscan_variants(sample: Sample, counts: Iterable[int]) -> list[Fit]:
    """Return one fit for each number of segments that some radius gives.

    Of several radii the one that leaves the fewest customers unassigned.
    """
    neighbours = min(neighbour_count(sample), len(sample))
    reach, _ = NearestNeighbors(n_neighbors=neighbours).fit(sample.matrix).kneighbors()
    radii = np.unique(np.round(np.quantile(reach[:, -1], DENSE_SHARES), 6))
    fits = [partial(dbscan, radius=max(radius, 1e-6)) for radius in radii]
    return _variants(sample, counts, fits)


def hdbscan(sample: Sample, share: float) -> Solution:
    """The most lasting dense regions of at least this share of customers."""
    size = max(2, round(share * len(sample)))
    neighbours = min(neighbour_count(sample), len(sample))
    fitted = HDBSCAN(min_cluster_size=size, min_samples=neighbours, copy=True)
    labels = fitted.fit_predict(sample.matrix)
    if (labels == NOISE).all():
        fitted.set_params(allow_single_cluster=True)
        labels = fitted.fit_predict(sample.matrix)
    return _solution(sample, labels)


def hdbscan_variants(sample: Sample, counts: Iterable[int]) -> list[Fit]:
    """Return one fit for each number of segments that some cluster size gives."""
    return _variants(
        sample, counts, [partial(hdbscan, share=share) for share in CLUSTER_SHARES]
    )


def _solution(sample: Sample, labels: np.ndarray) -> Solution:
    """Return the labels, tiny clusters as noise, with prototypes."""
    kept = sample.large_segments(labels)
    # The last place is noise: labels of -1 read it.
    names = np.full(labels.max(initial=NOISE) + 2, NOISE)
    names[kept] = np.arange(len(kept))
    labels = names[labels]
    if (labels == NOISE).all():
        labels = np.zeros(len(labels), dtype=int)
    return Solution(sample.matrix, labels)


def _variants(sample: Sample, counts: Iterable[int], fits: list[Fit]) -> list[Fit]:
    """Return for each number of segments the fit that leaves fewest unassigned.

    Numbers outside those wanted are kept only if no other is found.
    """
    found: dict[int, tuple[float, Fit]] = {}
    for fit in fits:
        labels = fit(sample).labels
        count, noise = labels.max() + 1, (labels == NOISE).mean()
        if count not in found or noise < found[count][0]:
            found[count] = (noise, fit)
    wanted = [found[count][1] for count in sorted(found) if count in counts]
    if wanted:
        return wanted
    middle = np.mean(list(counts))
    near = min(found, key=lambda count: (abs(count - middle), count))
    return [found[near][1]]
