"""Cuts of customers into segments, on shapes whose answer is known."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.partitions import (
    discriminant,
    refine,
    ward_kmeans,
    ward_tree,
)


def test_ward_kmeans_finds_pairs():
    matrix = np.array([[0.0], [0.1], [5.0], [5.1]])
    labels = ward_kmeans(matrix, ward_tree(matrix), 2)
    assert adjusted_rand_score([0, 0, 1, 1], labels) == 1


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
