"""What comes back when other customers are drawn: stability and kept membership."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.measures import jaccards, renamed
from segmentation.clustering.solutions import Fit, Sample
from segmentation.wording.progress import at_stage


def resample_rows(sample: Sample) -> list[np.ndarray]:
    """Return the rows of each resample, drawn without replacement, in order.

    Customers who are alike in everything are drawn together: a copy of somebody left
    out would make any solution look as if it came back.
    """
    settings = sample.settings
    count = sample.distinct_count
    size = min(int(settings.resample_share * count), settings.resample_size)
    generator = np.random.default_rng(settings.seed)
    draws = (
        generator.choice(count, max(size, 1), replace=False)
        for _ in range(settings.resample_count)
    )
    return [np.flatnonzero(np.isin(sample.distinct_rows, drawn)) for drawn in draws]


def refit(
    sample: Sample, fits: dict[Hashable, Fit]
) -> tuple[list[np.ndarray], dict[Hashable, list[np.ndarray]]]:
    """Fit every candidate on every resample and label all customers by it.

    Parameters
    ----------
    sample
        n customers.
    fits
        A fit for each candidate.

    Returns
    -------
    rows
        Rows of each resample.
    labels
        For each candidate the labels, shape (n,), by each refit.
    """
    rows = resample_rows(sample)
    labels: dict[Hashable, list[np.ndarray]] = {name: [] for name in fits}
    for number, drawn in enumerate(rows, start=1):
        at_stage(f"resample {number} of {len(rows)}")
        part = Sample(sample.matrix[drawn], sample.settings)
        for name, fit in fits.items():
            labels[name].append(fit(part).predict(sample.matrix))
    return rows, labels


def stability(labels: np.ndarray, refits: list[np.ndarray]) -> float:
    """Return the mean adjusted Rand index of labels, shape (n,), with refits."""
    return float(np.mean([adjusted_rand_score(labels, other) for other in refits]))


def quarter_agreement(
    fit: Fit, labels: np.ndarray, matrix: np.ndarray, earlier: Sample | None
) -> float:
    """Return how far labels, shape (n,), are those that an earlier quarter would show.

    The same fit to the customers as they were, in the same dimensions, labels those of
    today, shape (n, d): the adjusted Rand index of the two; nan without such a quarter.
    """
    if earlier is None:
        return np.nan
    return float(adjusted_rand_score(labels, fit(earlier).predict(matrix)))


def segment_jaccards(
    labels: np.ndarray, count: int, rows: list[np.ndarray], refits: list[np.ndarray]
) -> np.ndarray:
    """Return Hennig's mean Jaccard of each segment, over the customers drawn."""
    return np.mean(
        [
            jaccards(labels[drawn], other[drawn], count)
            for drawn, other in zip(rows, refits, strict=True)
        ],
        axis=0,
    )


def kept_share(labels: np.ndarray, refits: list[np.ndarray]) -> np.ndarray:
    """Return how often each customer keeps the segment, segments matched one to one."""
    return np.mean([renamed(labels, other) == labels for other in refits], axis=0)
