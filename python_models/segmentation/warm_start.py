"""A refit that starts from the published segments, where that costs no quality.

Where customers form groups, a fresh fit finds the same ones again. A continuum has no
cut that is much better than its neighbours: two good fits may share few labels, and the
one close to what is published serves better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from segmentation.algorithms import kmeans
from segmentation.choice import NATURAL
from segmentation.confidence import calibrate
from segmentation.measures import Geometry, within_sum_of_squares
from segmentation.prototypes import LinearModel, centroids, nearest
from segmentation.resampling import kept_share, refit, segment_jaccards, stability
from segmentation.sample import Sample
from segmentation.sampling import canonical_order, drawn_rows
from segmentation.settings import Settings

# Steps from the published segments towards the fit that starts from them.
STEPS = (1.0, 0.75, 0.5, 0.25, 0.0)


@dataclass(frozen=True)
class WarmLimits:
    """What closeness may cost: vars of the same names.

    Attributes
    ----------
    warm_start_tolerance
        Share by which squared distances may exceed those of the fresh fit, and by
        which silhouettes may fall behind.
    refit_churn_maximum
        Share of customers who should at most change their label by a refit.
    """

    warm_start_tolerance: float
    refit_churn_maximum: float


def start_from_published(
    *,
    candidates: pd.DataFrame,
    vectors: np.ndarray,
    keys: Iterable[str],
    old_ids: np.ndarray,
    settings: Settings,
    limits: WarmLimits,
) -> pd.DataFrame:
    """Return the candidates, the chosen one close to the published segments if it may.

    Parameters
    ----------
    candidates
        Rows of `fit_candidates`.
    vectors, keys
        (n, d) and (n,): the customers they were fitted on.
    old_ids
        (n,) their segments by the published model, today.
    settings
        Those of the fit.
    limits
        What closeness may cost.

    Notes
    -----
    Only k-means without natural groups. The number of segments is kept where that many
    may be chosen and cost little silhouette. Then k-means starts from the means of the
    published segments, and of the steps towards its end the farthest is taken that
    relabels few enough customers.
    """
    chosen = candidates.index[candidates["is_selected"]][0]
    row = candidates.loc[chosen]
    if row["structure"] == NATURAL or row["algorithm"] != "kmeans":
        return candidates
    names, labels = np.unique(np.asarray(old_ids, dtype=str), return_inverse=True)
    same = candidates.index[
        (candidates["segment_count"] == len(names))
        & (candidates["algorithm"] == "kmeans")
        & (candidates["is_eligible"] | (not row["is_eligible"]))
    ]
    if len(same) == 0 or len(names) < 2:
        return candidates
    rival = candidates.loc[same[0]]
    if rival["silhouette"] < row["silhouette"] - limits.warm_start_tolerance:
        return candidates
    keys = list(keys)
    order = canonical_order(vectors, keys)
    with threadpool_limits(limits=1):
        found = _closest(vectors[order], labels[order], rival, limits)
        if found is None:
            return candidates
        model, churn = found
        drawn = drawn_rows(vectors, keys, settings.structure_sample_size)
        changes = _measured(model, Sample(vectors[drawn], settings), rival)
    changes |= {
        "is_selected": True,
        "reason": f"{len(names)} segments as published, and fitted from them: "
        f"{1 - churn:.1%} of customers keep theirs, and the fit is within "
        f"{limits.warm_start_tolerance:.0%} of a fresh one",
        "structure": row["structure"],
        "structure_evidence": row["structure_evidence"],
    }
    rows = candidates.to_dict("records")
    if same[0] != chosen:
        rows[chosen]["is_selected"] = False
        rows[chosen]["reason"] = "possible, but the published segments are as good"
    rows[same[0]] |= changes
    return pd.DataFrame(rows, columns=candidates.columns)


def _closest(vectors, labels, rival, limits) -> tuple[LinearModel, float] | None:
    """Return the model of the farthest step that relabels few enough, and its churn."""
    count = labels.max() + 1
    start = centroids(vectors, labels, count)
    end = KMeans(count, init=start, n_init=1).fit(vectors).cluster_centers_
    fresh = _inertia(vectors, np.array([list(one) for one in rival["centroids"]]))
    best = None
    for step in STEPS:
        points = start + step * (end - start)
        model = nearest(points)
        churn = float((model.predict(vectors) != labels).mean())
        if _inertia(vectors, points) > (1 + limits.warm_start_tolerance) * fresh:
            break
        if best is None or churn < best[1]:
            best = model, churn
        if churn <= limits.refit_churn_maximum:
            return model, churn
    return best


def _inertia(vectors: np.ndarray, points: np.ndarray) -> float:
    labels = nearest(points).predict(vectors)
    return float(((vectors - points[labels]) ** 2).sum())


def _measured(model: LinearModel, sample: Sample, rival: pd.Series) -> dict:
    """Return the columns of the candidate that the model changes."""
    labels = model.predict(sample.matrix)
    count = len(model.segments)
    rows, refits = refit(sample, {0: partial(kmeans, count=count)})
    found = segment_jaccards(labels, count, rows, refits[0])
    margins, confidences = calibrate(
        margins=model.margins(sample.matrix), kept=kept_share(labels, refits[0])
    )
    generator = np.random.default_rng(sample.settings.seed)
    some = generator.permutation(len(sample))[: sample.settings.measure_size]
    return {
        **Geometry(sample.matrix[np.sort(some)]).measure(labels[np.sort(some)]),
        "inertia": within_sum_of_squares(sample.matrix, labels),
        "stability": stability(labels, refits[0]),
        "lowest_jaccard": float(found.min()),
        "jaccards": found.tolist(),
        "smallest_share": float(
            np.bincount(labels, minlength=count).min() / len(labels)
        ),
        "assignment_agreement": 1.0,
        "prototype_segments": model.segments.tolist(),
        "prototype_weights": model.weights.tolist(),
        "prototype_offsets": model.offsets.tolist(),
        "centroids": centroids(sample.matrix, labels, count).tolist(),
        "calibration_margins": list(margins),
        "calibration_confidences": list(confidences),
    }
