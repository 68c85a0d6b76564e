"""A refit of a continuum stays close to what is published, at a price that is known."""

from __future__ import annotations

import numpy as np
import pytest

from project_settings import fit_settings
from segmentation.assigning.prototypes import LinearModel, nearest
from segmentation.clustering.fitting import fit_candidates
from segmentation.clustering.measures import within_sum_of_squares
from segmentation.over_time.warm_start import WarmLimits, start_from_published

SIZE = 600
KEYS = [f"c{i:03}" for i in range(SIZE)]
# Few resamples: what is tried here is not the choice.
QUICK = {"segment_count_max": 4, "resample_count": 2}
LIMITS = WarmLimits(warm_start_tolerance=0.05, refit_churn_maximum=0.03)
# A cut of the square into three, as an earlier fit may have left it.
POINTS = np.array([[-0.9, -0.6], [0.1, 1.0], [1.0, -0.5]])


@pytest.fixture(scope="module")
def square() -> np.ndarray:
    """Customers all over a square: no groups, and no cut much better than another."""
    return np.random.default_rng(1).uniform(-1.7, 1.7, (SIZE, 2))


def model_of(candidates) -> tuple[LinearModel, dict]:
    chosen = candidates[candidates["is_selected"]]
    assert len(chosen) == 1
    row = chosen.iloc[0].to_dict()
    model = LinearModel(
        np.array([list(one) for one in row["prototype_weights"]]),
        np.array(row["prototype_offsets"]),
        np.array(row["prototype_segments"]),
    )
    return model, row


def refitted(
    vectors, *, published_vectors=None, points=POINTS, names=None, limits=LIMITS, **more
):
    """The fresh and the warm candidates, and the published labels today."""
    settings = fit_settings(**{**QUICK, **more})
    fresh = fit_candidates(vectors=vectors, keys=KEYS, settings=settings)
    seen = vectors if published_vectors is None else published_vectors
    scores = nearest(points).scores(seen)
    warm = start_from_published(
        candidates=fresh,
        vectors=vectors,
        keys=KEYS,
        old=(scores, names or [f"s{i}" for i in range(len(points))]),
        settings=settings,
        limits=limits,
    )
    return fresh, warm, scores.argmax(axis=1)


def test_few_customers_change_and_the_fit_is_nearly_as_good(square):
    fresh, warm, before = refitted(square)
    model, row = model_of(warm)
    now = model.predict(square)
    assert row["segment_count"] == 3
    assert (now != before).mean() <= 0.03
    best = fresh[fresh["segment_count"] == 3].iloc[0]["inertia"]
    assert within_sum_of_squares(square, now) <= 1.05 * best
    assert row["reason"].startswith("3 segments as published, and fitted from them: ")
    # A fresh fit of as many is another one.
    assert (nearest(POINTS).predict(square) != now).any()


def test_another_mean_and_scale_of_the_same_customers_is_no_change(square):
    """Boundaries are those of the published model, wherever the new axes begin."""
    rescaled = square * [1.15, 0.9] + [4.0, -1.0]
    still = WarmLimits(warm_start_tolerance=0.2, refit_churn_maximum=0.0)
    _, warm, before = refitted(rescaled, published_vectors=square, limits=still)
    model, _ = model_of(warm)
    assert (model.predict(rescaled) == before).all()


def test_a_bad_published_cut_gives_way(square):
    """Three strips that the same three numbers of a fresh fit are far better than."""
    strips = np.array([[0.0, -0.2], [0.0, 0.0], [0.0, 0.2]])
    strict = WarmLimits(warm_start_tolerance=0.0, refit_churn_maximum=0.0)
    fresh, warm, _ = refitted(square, points=strips, limits=strict)
    kept, _ = model_of(warm)
    best, _ = model_of(fresh)
    limit = within_sum_of_squares(square, best.predict(square))
    assert within_sum_of_squares(square, kept.predict(square)) <= 1.001 * limit


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"segment_count": 4}, id="another count is set"),
        pytest.param({"names": ["s0", "s0", "s1"]}, id="two prototypes a segment"),
        pytest.param({"points": POINTS[:1]}, id="one segment"),
        pytest.param({"points": np.vstack([POINTS, [99, 99]])}, id="an empty segment"),
    ],
)
def test_nothing_is_carried_over_where(case, square):
    fresh, warm, _ = refitted(square, **case)
    assert warm is fresh


def test_natural_groups_are_found_afresh():
    generator = np.random.default_rng(2)
    centres = np.repeat([[-4, 0], [4, 0], [0, 6]], SIZE // 3, axis=0)
    groups = centres + generator.normal(scale=0.5, size=(SIZE, 2))
    fresh, warm, _ = refitted(groups)
    assert model_of(fresh)[1]["structure"] == "natural groups"
    assert warm is fresh


def test_a_count_that_moves_on_resamples_is_kept_all_the_same(square):
    fresh, warm, before = refitted(square, stability_minimum=0.999)
    assert not fresh["is_eligible"].any()
    model, row = model_of(warm)
    assert row["segment_count"] == 3
    assert row["structure"] == "weak"
    assert (model.predict(square) != before).mean() <= 0.03
