"""How far customers are from those a model was fitted on: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.over_time.drift import (
    bin_edges,
    bin_shares,
    drift_share,
    nearest_distances,
    quality_loss,
    stability_index,
)


def test_distances_are_to_the_nearest_centroid():
    vectors = np.array([[0.0, 0.0], [3.0, 4.0]])
    centroids = np.array([[0.0, 0.0], [3.0, 0.0]])
    assert nearest_distances(vectors, centroids).tolist() == [0.0, 4.0]
    assert drift_share(vectors=vectors, centroids=centroids, training_limit=1) == 0.5


def test_stability_index_by_hand():
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0
    expected = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)
    assert stability_index([0.5, 0.5], [0.75, 0.25]) == pytest.approx(expected)


def test_bins_hold_equal_values_together():
    values = np.array([0.0] * 8 + [1.0, 2.0])
    edges = bin_edges(values)
    assert edges == [0.0, 1.0]
    assert bin_shares(values, edges) == [0.8, 0.1, 0.1]


def test_a_fit_that_cannot_be_bettered_loses_nothing():
    vectors = np.array([[-1.0], [-1.0], [1.0], [1.0], [1.2]])
    centroids = np.array([[-1.0], [1.0666667]])
    assert quality_loss(vectors=vectors, centroids=centroids) == pytest.approx(0)


def test_bins_end_at_their_edges():
    values = np.arange(1.0, 21.0)
    edges = bin_edges(values)
    assert len(edges) == 9
    assert bin_shares(values, edges) == [0.1] * 10
    assert bin_shares(np.array([3.0, np.nan]), [3.0, 5.0]) == [1.0, 0.0, 0.0]
    assert bin_shares(np.array([]), [3.0]) == [0.0, 0.0]
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0.0
    assert stability_index([0.5, 0.5], [0.25, 0.75]) == pytest.approx(
        0.25 * np.log(3), abs=1e-6
    )
