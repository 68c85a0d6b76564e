"""How deep the valley between two clusters is."""

from __future__ import annotations

import numpy as np

from clustering_fixtures import blobs, one_blob
from segmentation.clustering.valleys import valley_depth


def test_valley_is_deep_between_groups_and_absent_within_one():
    matrix, truth = blobs(centres=[(0, 0), (8, 0)], size=100, spread=1.0)
    assert valley_depth(matrix[truth == 0], matrix[truth == 1]) < 0.05
    blob = one_blob()
    left = blob[:, 0] < 0
    assert valley_depth(blob[left], blob[~left]) > 0.8


def test_valley_of_two_equal_clusters_is_none():
    points = np.zeros((10, 2))
    assert valley_depth(points, points) == 1


def test_gap_that_counting_leaves_is_no_valley():
    # Of one order each: the share of online orders is one of two close values.
    generator = np.random.default_rng(0)
    matrix = generator.standard_normal((600, 3)) * 0.4
    is_online = generator.random(600) < 0.5
    matrix[:, 2] = np.where(is_online, 0.1, -0.1)
    assert valley_depth(matrix[is_online], matrix[~is_online]) > 0.5


def test_gap_of_one_event_is_no_valley_where_events_are_few():
    # None or one repeat order in a quarter: a gap to all but those who count.
    generator = np.random.default_rng(0)
    matrix = generator.standard_normal((600, 3)) * 0.4
    has_ordered = generator.random(600) < 0.5
    matrix[:, 2] += np.where(has_ordered, 2.0, 0.0)
    left, right = matrix[~has_ordered], matrix[has_ordered]
    assert valley_depth(left, right) < 0.3
    assert valley_depth(left, right, steps=(0, 0, 1.5)) > 0.75
    # Ten orders on, or in another feature, it is one all the same.
    assert valley_depth(left, right, steps=(0, 0, 0.2)) < 0.4
    assert valley_depth(left, right, steps=(1.5, 0, 0)) < 0.3
