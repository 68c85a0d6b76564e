"""Dense regions, and who is left outside of them."""

from __future__ import annotations

import numpy as np
import pytest

from clustering_fixtures import four_groups, sample_of
from segmentation.assigning.prototypes import NOISE
from segmentation.clustering.density import dbscan, hdbscan, neighbour_count


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


@pytest.mark.parametrize(("size", "count"), [(10, 5), (500, 5), (600, 6), (1000, 10)])
def test_one_in_a_hundred_and_no_fewer_than_five_are_neighbours(size, count):
    assert neighbour_count([None] * size) == count
