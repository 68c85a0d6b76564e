"""Linear prototypes that say nearly the same as any labels."""

from __future__ import annotations

import numpy as np

from clustering_fixtures import four_groups
from segmentation.assigning.approximation import approximate
from segmentation.assigning.prototypes import NOISE


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
