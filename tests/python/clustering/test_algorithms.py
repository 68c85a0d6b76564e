"""Every algorithm: labels, and linear prototypes that agree."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from clustering_fixtures import blobs, four_groups, sample_of
from segmentation.assigning.prototypes import NOISE, nearest
from segmentation.clustering.algorithms import ALGORITHMS, gaussian_mixture, polish
from segmentation.preparing.fit_settings import ALGORITHM_NAMES


@pytest.mark.parametrize("name", ALGORITHM_NAMES)
def test_algorithm_finds_clear_groups_and_its_prototypes_agree(name):
    matrix, truth = four_groups()
    (fit,) = ALGORITHMS[name](sample_of(matrix), [4])
    solution = fit(sample_of(matrix))
    assert solution.agreement >= 0.95
    kept = solution.labels != NOISE
    assert kept.mean() > 0.8
    assert adjusted_rand_score(truth[kept], solution.labels[kept]) > 0.9
    others = solution.predict(matrix + 0.01)
    assert adjusted_rand_score(solution.labels, others) > 0.9


@pytest.mark.parametrize("name", ALGORITHM_NAMES)
def test_a_few_customers_far_from_all_are_no_segment(name):
    """Three in six hundred, far out: not a segment of the four that are asked for."""
    groups, truth = four_groups()
    matrix = np.vstack([groups, np.full((3, 3), 40.0) + np.eye(3)])
    (fit,) = ALGORITHMS[name](sample_of(matrix), [4])
    labels = fit(sample_of(matrix)).model.predict(matrix)
    assert np.bincount(labels[labels != NOISE]).min() >= 0.03 * len(matrix)
    assert adjusted_rand_score(truth, labels[:-3]) > 0.9


def test_mixture_scores_are_its_own_posterior():
    matrix, _ = blobs(centres=[(0, 0), (2, 0), (0, 2)], size=200, spread=1.0)
    solution = gaussian_mixture(sample_of(matrix), count=3)
    assert solution.agreement == 1


def test_polish_moves_centres_to_all_customers():
    matrix = np.array([[0.0], [2.0], [10.0], [12.0]])
    model = polish(nearest(np.array([[0.0], [10.0]])), matrix, is_grouped=False)
    np.testing.assert_allclose(model.weights, [[1], [11]])
