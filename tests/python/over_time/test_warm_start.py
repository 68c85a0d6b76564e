"""A refit of a continuum stays close to what is published."""

from __future__ import annotations

import numpy as np
import pytest

from project_settings import fit_settings
from segmentation.assigning.prototypes import LinearModel, nearest
from segmentation.clustering.fitting import fit_candidates
from segmentation.clustering.measures import within_sum_of_squares
from segmentation.over_time.warm_start import start_from_published

SIZE = 600
KEYS = [f"c{i:03}" for i in range(SIZE)]
# Few resamples: what is tried here is not the choice.
QUICK = {"segment_count_max": 4, "resample_count": 2}
CHURN = 0.03
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


def refitted(vectors, *, points=POINTS, names=None, churn=CHURN, **more):
    """The fresh and the warm candidates, and the published labels."""
    settings = fit_settings(**{**QUICK, **more})
    fresh = fit_candidates(vectors=vectors, keys=KEYS, settings=settings)
    model = nearest(points)
    warm = start_from_published(
        candidates=fresh,
        vectors=vectors,
        keys=KEYS,
        published=(model, names or [f"s{i}" for i in range(len(points))]),
        settings=settings,
        churn_maximum=churn,
    )
    return fresh, warm, model.predict(vectors)


def test_few_customers_change_and_the_fit_is_closer_to_them(square):
    _, warm, before = refitted(square)
    model, row = model_of(warm)
    now = model.predict(square)
    assert row["segment_count"] == 3
    assert 0 < (now != before).mean() <= CHURN
    closer = within_sum_of_squares(square, now)
    assert closer < within_sum_of_squares(square, before)
    assert row["reason"].startswith("3 segments as published, and fitted from them: ")
    # A fresh fit of as many is another one.
    assert (nearest(POINTS).predict(square) != now).any()


def test_a_refit_that_may_move_nobody_moves_nobody(square):
    _, warm, before = refitted(square, churn=0.0)
    assert (model_of(warm)[0].predict(square) == before).all()


def test_a_bad_published_cut_gives_way_step_by_step(square):
    """Three strips that a fresh fit is far better than: in one refit a few change."""
    strips = np.array([[0.0, -0.5], [0.0, 0.0], [0.0, 0.5]])
    fresh, warm, before = refitted(square, points=strips)
    now = model_of(warm)[0].predict(square)
    assert 0 < (now != before).mean() <= CHURN
    best = fresh[fresh["segment_count"] == 3].iloc[0]["inertia"]
    assert within_sum_of_squares(square, before) > 1.2 * best


@pytest.mark.parametrize("count", [3, 4])
def test_the_number_of_segments_stays(count, square):
    angles = np.arange(count) * 2 * np.pi / count
    points = np.column_stack([np.cos(angles), np.sin(angles)])
    _, warm, _ = refitted(square, points=points)
    assert model_of(warm)[1]["segment_count"] == count


def test_a_segment_of_a_handful_grows_whatever_that_moves(square):
    """The third segment is a corner with 1% of the customers."""
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [2.6, 2.6]])
    _, warm, before = refitted(square, points=points, smallest_share=0.1)
    assert 0 < (before == 2).mean() < 0.05
    shares = np.bincount(model_of(warm)[0].predict(square)) / SIZE
    assert len(shares) == 3 and shares.min() >= 0.1


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
    assert (model.predict(square) != before).mean() <= CHURN
