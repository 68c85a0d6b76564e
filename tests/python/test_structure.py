"""Groups are what valleys in density part; one blob has none."""

from __future__ import annotations

import numpy as np
import pytest
from clustering_fixtures import blobs, four_groups, one_blob, sample_of
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.partitions import (
    discriminant,
    refine,
    ward_kmeans,
    ward_tree,
)
from segmentation.clustering.structure import find_structure, merging_path
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


def test_ward_kmeans_finds_pairs():
    matrix = np.array([[0.0], [0.1], [5.0], [5.1]])
    labels = ward_kmeans(matrix, ward_tree(matrix), 2)
    assert adjusted_rand_score([0, 0, 1, 1], labels) == 1


def test_merging_ends_in_the_groups():
    matrix, truth = four_groups()
    labels = ward_kmeans(matrix, ward_tree(matrix), 12)
    path = merging_path(matrix, labels, smallest_share=0.03, count_max=8)
    assert adjusted_rand_score(truth, path[4].labels) > 0.97
    assert path[4].valley < 0.5 < path[5].valley


def test_tiny_cluster_is_no_group():
    matrix, truth = four_groups()
    matrix = np.vstack([matrix, [[40, 40, 40]] * 5])
    labels = np.append(truth, [4] * 5)
    path = merging_path(matrix, labels, smallest_share=0.03, count_max=8)
    assert max(path) == 4


def test_structure_counts_the_groups():
    assert sample_of(four_groups()[0]).structure.count == 4


@pytest.mark.parametrize("size", [600, 1500])
def test_one_blob_has_no_groups(size):
    assert sample_of(one_blob(size)).structure.count is None


def test_as_many_clusters_as_customers_are_none():
    matrix = np.arange(20.0).reshape(10, 2)
    wanted = {"count_min": 2, "smallest_share": 0.0, "valley_limit": 0.5}
    tree = ward_tree(matrix)
    for multiple, path in ((1.25, {}), (1.125, {2})):
        found = find_structure(
            matrix, tree, count_max=8, over_segmentation=(multiple,), **wanted
        )
        assert set(found.path) == set(path)


def test_few_customers_show_no_structure():
    assert sample_of(four_groups(size=20)[0]).structure.count is None


def test_refine_in_the_pooled_metric_follows_stretched_groups():
    generator = np.random.default_rng(0)
    truth = np.repeat([0, 1], 200)
    stretch = np.array([6.0, 0.3])
    matrix = generator.standard_normal((400, 2)) * stretch
    matrix[:, 1] += 3 * truth
    start = np.where(generator.random(400) < 0.2, 1 - truth, truth)
    assert adjusted_rand_score(truth, refine(matrix, start)) > 0.97


def test_discriminant_scores_are_nearest_centroid_where_groups_are_round():
    matrix = np.array([[-1.0, 0], [1, 0], [0, -1], [0, 1]])
    matrix = np.vstack([matrix, matrix + [9, 0]])
    model = discriminant(matrix, np.repeat([0, 1], 4))
    assert model.predict(np.array([[4.4, 0], [4.6, 0]])).tolist() == [0, 1]


def test_gap_that_counting_leaves_is_no_valley():
    # Of one order each: the share of online orders is one of two close values.
    generator = np.random.default_rng(0)
    matrix = generator.standard_normal((600, 3)) * 0.4
    is_online = generator.random(600) < 0.5
    matrix[:, 2] = np.where(is_online, 0.1, -0.1)
    assert valley_depth(matrix[is_online], matrix[~is_online]) > 0.5
