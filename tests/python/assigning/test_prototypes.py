"""Assignment by linear scores: margins, ties, canonical numbers."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.assigning.prototypes import LinearModel, canonical, nearest


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
