"""Whether another quarter's data would have shown the same segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from segmentation.preparing.sampling import canonical_order

# Days before, from which the quarters that recent rates look at do not overlap.
QUARTER_DAYS = 90
STARTS = 10
DIGITS = 4


def quarter_agreement(
    *,
    vectors: np.ndarray,
    labels: np.ndarray,
    earlier: np.ndarray,
    earlier_keys: Sequence[str],
) -> float | None:
    """Return how far today's segments agree with those of an earlier quarter.

    k-means is fitted to the customers as they were, in the same dimensions, and places
    those of today.

    Parameters
    ----------
    vectors, labels
        (n, d) and (n,): customers today, and their segments by the nearest prototype.
    earlier, earlier_keys
        (m, d) and (m,): customers a quarter earlier, and their ids.

    Returns
    -------
    float or None
        Adjusted Rand index; None where there is nothing to fit.
    """
    count = len(np.unique(labels))
    if count < 2 or len(earlier) <= count or earlier.shape[1] == 0:
        return None
    earlier = earlier[canonical_order(earlier, earlier_keys)]
    with threadpool_limits(limits=1):
        other = KMeans(count, n_init=STARTS, random_state=0).fit(earlier)
        found = other.predict(np.ascontiguousarray(vectors, dtype=earlier.dtype))
    return round(float(adjusted_rand_score(labels, found)), DIGITS)
