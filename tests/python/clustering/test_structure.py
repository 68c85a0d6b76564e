"""Groups are what valleys in density part; one blob has none."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from clustering_fixtures import four_groups, one_blob, sample_of
from segmentation.clustering.partitions import ward_kmeans, ward_tree
from segmentation.clustering.structure import _finest, find_structure, merging_path


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


def test_as_few_groups_as_allowed_are_enough():
    path = {3: SimpleNamespace(valley=0.1), 4: SimpleNamespace(valley=0.9)}
    assert _finest(path, count_min=3, valley_limit=0.5) == 3
    assert _finest(path, count_min=4, valley_limit=0.5) == 0
    # A valley at the limit is none.
    assert _finest(path, count_min=3, valley_limit=0.1) == 0
