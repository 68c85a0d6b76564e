"""Measures of quality, on hand-made labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering_fixtures import four_groups, one_blob
from segmentation.clustering.measures import (
    GapReference,
    Geometry,
    jaccards,
    overlap_table,
    renamed,
    within_sum_of_squares,
)
from segmentation.clustering.partitions import ward_kmeans, ward_tree

SIX = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [99.0]])
SIX_LABELS = np.array([0, 0, 0, 1, 1, -1])


def test_inertia_leaves_noise_out():
    assert within_sum_of_squares(SIX, SIX_LABELS) == pytest.approx(2.5)


def test_geometry_of_two_segments():
    measured = Geometry(SIX).measure(SIX_LABELS)
    # By hand: means 1 and 10.5, spreads within 2 and 0.5, between 5 customers.
    assert measured["calinski_harabasz"] == pytest.approx(108.3 / (2.5 / 3))
    assert measured["davies_bouldin"] == pytest.approx((2 / 3 + 0.5) / 9.5)
    expected = [1 - 1.5 / 10.5, 1 - 1 / 9.5, 1 - 1.5 / 8.5, 1 - 1 / 9, 1 - 1 / 10]
    assert measured["silhouette"] == pytest.approx(np.mean(expected))


def test_one_segment_has_no_geometry():
    assert np.isnan(Geometry(SIX).measure(np.zeros(6, dtype=int))["silhouette"])


def test_gap_is_larger_where_there_are_groups():
    matrix, truth = four_groups(size=60)
    blob = one_blob(240)
    labels = ward_kmeans(blob, ward_tree(blob), 4)
    with_groups, error = GapReference(matrix, draws=4).gap(truth)
    without, _ = GapReference(blob, draws=4).gap(labels)
    assert with_groups > without + 0.3
    assert 0 < error < 0.1


def test_jaccards_by_hand():
    reference = np.array([0, 0, 0, 1, 1, -1])
    labels = np.array([5, 5, 1, 1, 1, 1])
    np.testing.assert_allclose(jaccards(reference, labels, 2), [2 / 3, 2 / 4])


def test_jaccard_of_a_segment_without_customers_is_zero():
    assert jaccards(np.array([0, 0]), np.array([0, 0]), 2).tolist() == [1, 0]


def test_renaming_matches_one_to_one():
    reference = np.array([0, 0, 0, 1, 1, -1])
    labels = np.array([7, 7, 2, 2, 2, -1])
    assert renamed(reference, labels).tolist() == [0, 0, 1, 1, 1, -1]


def test_segment_without_a_partner_gets_a_new_number():
    assert renamed(np.array([0, 0, 0]), np.array([0, 0, 1])).tolist() == [0, 0, 2]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.permutations(range(5)))
def test_renaming_undoes_a_permutation_of_labels(labels, names):
    labels = np.array(labels)
    assert (renamed(labels, np.array(names)[labels]) == labels).all()
    _, dense = np.unique(labels, return_inverse=True)
    assert jaccards(dense, np.array(names)[labels], dense.max() + 1).min() == 1


def test_labels_are_compared_pair_by_pair():
    left, right = np.array([0, 0, 1, 1, 1, -1]), np.array([1, 1, 1, 0, 0, -1])
    assert overlap_table(left, right).tolist() == [[0, 2, 0], [2, 1, 0], [0, 0, 1]]
    assert jaccards(left, right, 3) == pytest.approx([2 / 3, 2 / 3, 0])
    assert renamed(left, right).tolist() == [0, 0, 0, 1, 1, -1]
    # Two is without a partner: a number that the reference has not.
    assert renamed(left, np.array([0, 0, 1, 1, 2, 2])).tolist() == [0, 0, 1, 1, 4, 4]
