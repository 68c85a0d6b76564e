"""Who is held in a segment, and who leaves it."""

from __future__ import annotations

import numpy as np

from segmentation.over_time.movement import steadied


def test_a_customer_is_held_within_reach_only():
    scores = np.array([[1.0, 1.5], [1.0, 1.6], [1.0, 1.5]])
    state = np.array(["s01", "s01", None], dtype=object)
    held = steadied(scores=scores, ids=["s01", "s02"], state=state, reach=0.5)
    assert held.tolist() == ["s01", "s02", "s02"]
