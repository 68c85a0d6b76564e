"""Every solution that was looked at, and the one that was chosen: fitted_candidates."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from segmentation.assigning.confidence import calibrate
from segmentation.assigning.model_rows import CANDIDATES_SCHEMA
from segmentation.assigning.prototypes import NOISE, canonical
from segmentation.clustering.algorithms import grouped, natural, polish, variants
from segmentation.clustering.candidate import Candidate
from segmentation.clustering.choice import choose
from segmentation.clustering.measures import (
    GapReference,
    Geometry,
    within_sum_of_squares,
)
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
from segmentation.wording.progress import at_stage

# Of each k-means that may be chosen. Continua have many cuts that are nearly as good as
# the best: with ten starts, which is found depends on one customer more or less.
CANDIDATE_STARTS = 50
# Different customers a quarter before below which they say nothing of today's.
FEWEST_EARLIER = 100


def fit_candidates(
    *,
    vectors: np.ndarray,
    keys: Iterable,
    settings: Settings,
    earlier: Sample | None = None,
) -> pd.DataFrame:
    """Fit every candidate, measure it and choose one.

    Parameters
    ----------
    vectors
        Shape (n, d): customers in model dimensions.
    keys
        n unique customer ids. They decide who is in the structure sample; the order
        of the rows decides nothing.
    settings
        What to look at and what to demand.
    earlier
        Customers of a quarter before, in the same dimensions: see `earlier_sample`.

    Returns
    -------
    DataFrame
        Columns of `CANDIDATES_SCHEMA`, one row per algorithm and number of segments;
        exactly one is selected.

    Raises
    ------
    ValueError
        If there is no customer.
    """
    keys = list(keys)
    if len(keys) == 0:
        raise ValueError(
            "customers: none with an order, so there is nothing to segment"
        )
    vectors = np.asarray(vectors, dtype=float).reshape(len(keys), -1)
    dimensions = vectors.shape[1]
    if dimensions == 0:
        # No feature is used: everybody is alike.
        vectors = np.zeros((len(keys), 1))
    drawn = drawn_rows(vectors, keys, settings.structure_sample_size)
    sample = Sample(vectors[drawn], settings, random_starts=CANDIDATE_STARTS)
    everyone = vectors[canonical_order(vectors, keys)]
    candidates = _fitted(sample, everyone)
    _measure(candidates, sample)
    _resample(candidates, sample)
    for one in candidates:
        one.quarter_agreement = quarter_agreement(
            one.fit, one.labels, sample.matrix, earlier
        )
    choose(candidates, sample)
    rows = [candidate.row(dimensions) for candidate in candidates]
    return pd.DataFrame(rows, columns=CANDIDATES_SCHEMA.names)


def earlier_sample(customers: pd.DataFrame | None, settings: Settings) -> Sample | None:
    """Return the customers of a quarter before, to fit again; None if none are enough.

    Parameters
    ----------
    customers
        m customers: `customer_id`, and `vector` in today's dimensions. None where no
        date is as old.
    settings
        What counts as a group.
    """
    if customers is None:
        return None
    vectors = np.array(customers["vector"].tolist(), dtype=float)
    if vectors.size == 0:
        return None
    drawn = drawn_rows(
        vectors, customers["customer_id"].tolist(), settings.structure_sample_size
    )
    sample = Sample(vectors[drawn], settings)
    return sample if sample.distinct_count >= FEWEST_EARLIER else None


def _fitted(sample: Sample, everyone: np.ndarray) -> list[Candidate]:
    """Return a candidate for each algorithm and possible number of segments."""
    settings = sample.settings
    distinct = sample.distinct_count
    wanted = range(settings.fewest_in_a_cut, settings.segment_count_max + 1)
    counts = [count for count in wanted if count <= distinct] or [distinct]
    if sample.structure.count is not None:
        counts = [*range(sample.structure.count, counts[0]), *counts]
    candidates = []
    for name in settings.algorithms:
        for number, fit in enumerate(variants(name, sample, counts), start=1):
            at_stage(f"{name}, solution {number}")
            solution = fit(sample)
            model = solution.model
            is_grouped = fit.func in (grouped, natural)
            if name == "kmeans" and len(everyone) > len(sample):
                model = polish(model, everyone, is_grouped=is_grouped)
            groups = sample.structure.path.get(len(set(model.segments) - {NOISE}))
            candidates.append(
                Candidate(
                    algorithm=name,
                    fit=fit,
                    model=canonical(model, everyone),
                    matrix=sample.matrix,
                    agreement=solution.agreement,
                    valley=groups.valley if groups and name == "kmeans" else None,
                    is_grouped=is_grouped,
                )
            )
    # Two numbers asked for may give the same number of segments found.
    unique = {(one.algorithm, one.segment_count): one for one in candidates[::-1]}
    return list(unique.values())[::-1]


def _measure(candidates: list[Candidate], sample: Sample) -> None:
    """Add the measures of quality to each candidate."""
    generator = np.random.default_rng(sample.settings.seed)
    shuffled = generator.permutation(len(sample))
    some = np.sort(shuffled[: sample.settings.measure_size])
    few = np.sort(shuffled[: sample.settings.gap_size])
    geometry = Geometry(sample.matrix[some])
    reference = GapReference(sample.matrix[few], seed=sample.settings.seed)
    for candidate in candidates:
        gap, error = reference.gap(candidate.labels[few])
        candidate.measures = {
            "inertia": within_sum_of_squares(sample.matrix, candidate.labels),
            "gap": gap,
            "gap_standard_error": error,
            **geometry.measure(candidate.labels[some]),
        }


def _resample(candidates: list[Candidate], sample: Sample) -> None:
    """Add what came back under resampling, and the confidence that follows."""
    rows, refits = refit(sample, {i: one.fit for i, one in enumerate(candidates)})
    for i, candidate in enumerate(candidates):
        labels = candidate.labels
        candidate.stability = stability(labels, refits[i])
        candidate.jaccards = segment_jaccards(
            labels, candidate.segment_count, rows, refits[i]
        )
        assigned = labels != NOISE
        candidate.calibration = calibrate(
            margins=candidate.model.margins(sample.matrix)[assigned],
            kept=kept_share(labels, refits[i])[assigned],
        )
