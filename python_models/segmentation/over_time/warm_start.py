"""A refit that starts from the published segments and moves few customers.

Where customers form groups, a fresh fit finds the same ones again. A continuum has no
cut that is much better than its neighbours: two good fits may share few labels, and the
one close to what is published serves better. Who wants the best one asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
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

# Of the customers who may change their label, so many by where they are: memory, placed
# anew from the first month on, takes a few more along.
NEAREST_SHARE = 0.8
# Steps from the published segments towards the fit that starts from them.
STEPS = (1.0, 0.75, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.0)


def start_from_published(
    *,
    candidates: pd.DataFrame,
    vectors: np.ndarray,
    keys: Iterable[str],
    published: tuple[LinearModel, list[str]],
    settings: Settings,
    churn_maximum: float,
    earlier: Sample | None = None,
) -> pd.DataFrame:
    """Return the candidates, the chosen one close to the published segments.

    Parameters
    ----------
    candidates
        Rows of `fit_candidates`.
    vectors, keys
        (n, d) and (n,): the customers they were fitted on.
    published
        The published model, in the same dimensions, and the segment of each prototype.
    settings
        Those of the fit.
    churn_maximum
        Share of customers who should at most change their label by a refit.
    earlier
        Customers of a quarter before, in the same dimensions.

    Notes
    -----
    Only k-means without natural groups, and after segments of one prototype each. The
    number of segments stays. k-means starts from the means of the published segments,
    and of the steps from the published model towards its end the farthest is taken that
    relabels few enough customers; if none does, the one that relabels fewest. A step
    that leaves a segment too small is none.
    """
    chosen = candidates.index[candidates["is_selected"]][0]
    row = candidates.loc[chosen]
    if row["structure"] == NATURAL or row["algorithm"] != "kmeans":
        return candidates
    model, names = published
    count = len(np.unique(model.predict(vectors)))
    is_plain = 1 < count == len(names) == len(set(names))
    if not is_plain or settings.segment_count not in ("auto", count):
        return candidates
    same = candidates.index[
        (candidates["segment_count"] == count) & (candidates["algorithm"] == "kmeans")
    ]
    if len(same) == 0:
        return candidates
    keys = list(keys)
    order = canonical_order(vectors, keys)
    seen = [vectors[order]]
    if earlier is not None:
        seen.append(earlier.matrix)
    found = _closest(
        seen, model, settings.smallest_share, NEAREST_SHARE * churn_maximum
    )
    if found is None:
        return candidates
    model, churn = found
    drawn = drawn_rows(vectors, keys, settings.structure_sample_size)
    changes = _measured(model, Sample(vectors[drawn], settings), earlier)
    changes |= {
        "is_selected": True,
        "reason": f"{count} segments as published, and fitted from them: "
        f"{1 - churn:.1%} of customers keep theirs",
    }
    rows = candidates.to_dict("records")
    if same[0] != chosen:
        rows[chosen]["is_selected"] = False
        rows[chosen]["reason"] = "possible, but the published segments stay"
    rows[same[0]] |= changes
    return pd.DataFrame(rows, columns=candidates.columns)


def _closest(
    seen, start, smallest_share, churn_maximum
) -> tuple[LinearModel, float] | None:
    """Return the model of the farthest step that relabels few enough, and its churn.

    Few enough today and, where they are known, of the customers of a quarter before:
    the history is placed anew as well.
    """
    vectors, count = seen[0], len(start.segments)
    labels = [start.predict(some) for some in seen]
    means = centroids(vectors, labels[0], count)
    end = nearest(KMeans(count, init=means, n_init=1).fit(vectors).cluster_centers_)
    best = None
    for step in STEPS:
        model = LinearModel(
            start.weights + step * (end.weights - start.weights),
            start.offsets + step * (end.offsets - start.offsets),
            end.segments,
        )
        found = [model.predict(some) for some in seen]
        sizes = np.bincount(found[0], minlength=count)
        if sizes.min() < smallest_share * len(vectors):
            continue
        churn = max(
            float((now != before).mean())
            for now, before in zip(found, labels, strict=True)
        )
        if best is None or churn < best[1]:
            best = model, churn
        if churn <= churn_maximum:
            break
    return best


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
