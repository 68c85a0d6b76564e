"""Confidence is the share of resamplings in which such customers stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering_fixtures import blobs, keys_of
from project_settings import fit_settings
from segmentation.assigning.confidence import calibrate, confidence
from segmentation.clustering.fitting import fit_candidates


def test_constant_margins_have_one_level():
    assert calibrate(margins=np.ones(4), kept=np.array([1, 1, 0, 0])) == ([0.0], [0.5])


def test_one_segment_is_certain():
    infinite = np.full(3, np.inf)
    assert calibrate(margins=infinite, kept=np.ones(3)) == ([0.0], [1.0])


def test_calibration_follows_the_share_kept():
    margins = np.linspace(0, 10, 2000)
    chance = np.clip(0.5 + margins / 20, 0, 1)
    kept = (np.random.default_rng(0).random(2000) < chance).astype(float)
    knots, levels = calibrate(margins=margins, kept=kept)
    found = confidence(margins=margins, knots=knots, levels=levels)
    # The few at the very edge are noisy; each tenth of customers is right.
    assert np.abs(found - chance).mean() < 0.03
    tenths = np.abs((found - chance).reshape(10, -1).mean(axis=1))
    assert tenths.max() < 0.1


def test_a_larger_margin_is_surer_even_where_all_kept_their_segment():
    knots, levels = calibrate(margins=np.linspace(1, 2, 500), kept=np.ones(500))
    found = confidence(margins=np.array([1.1, 1.5, 1.9]), knots=knots, levels=levels)
    assert 0.98 <= found[0] < found[1] < found[2] <= 1


def test_the_middle_knot_is_the_median_margin():
    """Hysteresis is a share of it: SQL and the report take the median of the knots."""
    margins = np.random.default_rng(0).exponential(size=3000)
    knots, _ = calibrate(margins=margins, kept=np.minimum(margins, 1))
    assert np.median(knots) == pytest.approx(np.median(margins), rel=0.02)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 1)), min_size=2, max_size=60))
def test_knots_rise_and_stay_within_zero_and_one(pairs):
    margins, kept = np.array(pairs).T
    knots, levels = calibrate(margins=margins, kept=kept)
    assert (np.diff(knots) > 0).all()
    assert (np.diff(levels) >= 0).all()
    assert 0 <= min(levels) and max(levels) <= 1


def test_customers_between_groups_are_less_sure():
    matrix, _ = blobs(centres=[(0, 0), (3, 0), (0, 3)], size=200, spread=1.0)
    candidates = fit_candidates(
        vectors=matrix,
        keys=keys_of(matrix),
        settings=fit_settings(segment_count=3, resample_count=8),
    )
    row = candidates[candidates["is_selected"]].iloc[0]
    assert row["calibration_confidences"][0] < 0.9
    assert row["calibration_confidences"][-1] > 0.99
