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

from segmentation.assigning.confidence import calibrate
from segmentation.assigning.prototypes import LinearModel, centroids, nearest
from segmentation.clustering.algorithms import kmeans
from segmentation.clustering.choice import NATURAL
from segmentation.clustering.measures import Geometry, within_sum_of_squares
from segmentation.clustering.resampling import (
    kept_share,
    quarter_agreement,
    refit,
    segment_jaccards,
    stability,
)
from segmentation.clustering.solutions import Sample
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.sampling import canonical_order, drawn_rows

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
    old: tuple[np.ndarray, list[str]],
    settings: Settings,
    limits: WarmLimits,
    earlier: Sample | None = None,
) -> pd.DataFrame:
    """Return the candidates, the chosen one close to the published segments if it may.

    Parameters
    ----------
    candidates
        Rows of `fit_candidates`.
    vectors, keys
        (n, d) and (n,): the customers they were fitted on.
    old
        Their scores by the published model, (n, p), and the segment of each prototype.
    settings
        Those of the fit.
    limits
        What closeness may cost.
    earlier
        Customers of a quarter before, in the same dimensions.

    Notes
    -----
    Only k-means without natural groups, and after segments of one prototype each. The
    number of segments is kept where none is tiny and little silhouette is lost; that a
    fresh fit of as many moves on resamples is a reason more not to start afresh. Then
    k-means starts from the means of the published segments, and of the steps from the
    published model towards its end the farthest is taken that relabels few enough
    customers.
    """
    chosen = candidates.index[candidates["is_selected"]][0]
    row = candidates.loc[chosen]
    if row["structure"] == NATURAL or row["algorithm"] != "kmeans":
        return candidates
    scores, names = old
    count = len(np.unique(scores.argmax(axis=1)))
    is_plain = 1 < count == len(names) == len(set(names))
    if not is_plain or settings.segment_count not in ("auto", count):
        return candidates
    same = candidates.index[
        (candidates["segment_count"] == count)
        & (candidates["algorithm"] == "kmeans")
        & (candidates["smallest_share"] >= settings.smallest_share)
    ]
    if len(same) == 0:
        return candidates
    rival = candidates.loc[same[0]]
    if rival["silhouette"] < row["silhouette"] - limits.warm_start_tolerance:
        return candidates
    keys = list(keys)
    order = canonical_order(vectors, keys)
    found = _closest(vectors[order], scores[order], rival, limits)
    if found is None:
        return candidates
    model, churn = found
    drawn = drawn_rows(vectors, keys, settings.structure_sample_size)
    changes = _measured(model, Sample(vectors[drawn], settings), earlier)
    changes |= {
        "is_selected": True,
        "reason": f"{count} segments as published, and fitted from them: "
        f"{1 - churn:.1%} of customers keep theirs, and the fit is within "
        f"{limits.warm_start_tolerance:.0%} of a fresh one",
    }
    rows = candidates.to_dict("records")
    if same[0] != chosen:
        rows[chosen]["is_selected"] = False
        rows[chosen]["reason"] = "possible, but the published segments are as good"
    rows[same[0]] |= changes
    return pd.DataFrame(rows, columns=candidates.columns)


def _closest(vectors, scores, rival, limits) -> tuple[LinearModel, float] | None:
    """Return the model of the farthest step that relabels few enough, and its churn."""
    labels, count = scores.argmax(axis=1), scores.shape[1]
    start, means = _carried_over(vectors, scores), centroids(vectors, labels, count)
    end = nearest(KMeans(count, init=means, n_init=1).fit(vectors).cluster_centers_)
    fresh = nearest(np.array([list(one) for one in rival["centroids"]]))
    best_possible = within_sum_of_squares(vectors, fresh.predict(vectors))
    limit = (1 + limits.warm_start_tolerance) * best_possible
    best = None
    for step in STEPS:
        model = LinearModel(
            start.weights + step * (end.weights - start.weights),
            start.offsets + step * (end.offsets - start.offsets),
            end.segments,
        )
        found = model.predict(vectors)
        churn = float((found != labels).mean())
        if within_sum_of_squares(vectors, found) > limit:
            break
        if best is None or churn < best[1]:
            best = model, churn
        if churn <= limits.refit_churn_maximum:
            break
    return best


def _carried_over(vectors: np.ndarray, scores: np.ndarray) -> LinearModel:
    """Return the model whose scores of these vectors are closest to those given.

    Scores are linear in the dimensions of the fit they are from, and today's are nearly
    linear in those: other means and limits, an offset a little larger.
    """
    columns = np.column_stack([vectors, np.ones(len(vectors))])
    found = np.linalg.lstsq(columns, scores, rcond=None)[0]
    return LinearModel(found[:-1].T, found[-1], np.arange(scores.shape[1]))


def _measured(model: LinearModel, sample: Sample, earlier: Sample | None) -> dict:
    """Return the columns of the candidate that the model changes."""
    labels = model.predict(sample.matrix)
    count = len(model.segments)
    fit = partial(kmeans, count=count)
    rows, refits = refit(sample, {0: fit})
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
        "quarter_agreement": quarter_agreement(fit, labels, sample.matrix, earlier),
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
