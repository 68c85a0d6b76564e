"""Every algorithm: labels, linear prototypes that agree, noise apart."""

from __future__ import annotations

import numpy as np
import pytest
from clustering_fixtures import blobs, four_groups, sample_of
from sklearn.metrics import adjusted_rand_score

from segmentation.assigning.approximation import approximate
from segmentation.assigning.prototypes import NOISE, LinearModel, canonical, nearest
from segmentation.clustering.algorithms import ALGORITHMS, gaussian_mixture, polish
from segmentation.clustering.density import dbscan, hdbscan
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


@pytest.mark.parametrize("fit", [
    lambda sample: dbscan(sample, radius=1.5),
    lambda sample: hdbscan(sample, share=0.1),
])  # fmt: skip
def test_density_leaves_the_far_ones_unassigned(fit):
    matrix, _ = four_groups()
    far = [[20.0, 20, 20], [-20, 20, -20], [20, -20, 0]]
    solution = fit(sample_of(np.vstack([matrix, far])))
    assert solution.labels[-3:].tolist() == [NOISE] * 3
    assert (solution.model.segments == NOISE).any()


def test_approximation_takes_one_prototype_where_one_is_enough():
    matrix, truth = four_groups()
    assert len(approximate(matrix, truth).segments) == 4


def test_approximation_describes_a_ring_around_a_core():
    generator = np.random.default_rng(0)
    angle = generator.uniform(0, 2 * np.pi, 400)
    radius = np.where(np.arange(400) < 200, 1, 3) + generator.normal(0, 0.1, 400)
    matrix = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    labels = np.repeat([0, NOISE], 200)
    model = approximate(matrix, labels)
    assert (model.predict(matrix) == labels).mean() >= 0.95


def test_polish_moves_centres_to_all_customers():
    matrix = np.array([[0.0], [2.0], [10.0], [12.0]])
    model = polish(nearest(np.array([[0.0], [10.0]])), matrix, is_grouped=False)
    np.testing.assert_allclose(model.weights, [[1], [11]])


def test_margin_is_to_the_best_prototype_of_another_segment():
    model = LinearModel(
        np.array([[1.0], [1.0], [0.0]]), np.array([0.0, 0.5, 0.0]), np.array([0, 0, 1])
    )
    assert model.margins(np.array([[2.0], [-3.0]])).tolist() == [2.5, 2.5]
    assert model.predict(np.array([[2.0], [-3.0]])).tolist() == [0, 1]


def test_ties_go_to_the_first_prototype():
    model = nearest(np.array([[0.0], [2.0]]))
    assert model.predict(np.array([[1.0]])).tolist() == [0]


def test_canonical_numbers_follow_size_and_drop_the_empty():
    matrix = np.array([[0.0], [5.0], [5.1], [9.0], [9.1], [9.2]])
    model = nearest(np.array([[100.0], [0.0], [9.1], [5.0]]))
    numbered = canonical(model, matrix)
    assert numbered.predict(matrix).tolist() == [2, 1, 1, 0, 0, 0]
    assert numbered.segments.tolist() == [0, 1, 2]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_canonical_numbers_do_not_depend_on_those_before(order):
    matrix = np.array([[0.0], [0.2], [5.0], [5.2], [9.0]])
    centres = np.array([[0.1], [5.1], [9.0]])[order]
    numbered = canonical(nearest(centres), matrix)
    assert numbered.predict(matrix).tolist() == [0, 0, 1, 1, 2]
    np.testing.assert_allclose(numbered.weights, [[0.1], [5.1], [9.0]])
