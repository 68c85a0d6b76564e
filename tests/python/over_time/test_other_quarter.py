"""Whether another quarter shows the same segments, on points in two dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.over_time.other_quarter import quarter_agreement


def around(*centres, size=50, seed=0):
    noise = np.random.default_rng(seed).normal(0, 0.2, (size, 2))
    return np.concatenate([np.array(centre) + noise for centre in centres])


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        (around((-3, 0), (3, 0), seed=1), 1.0),
        (around((0, -3), (0, 3), seed=1), 0.0),
        (np.zeros((0, 2)), None),
    ],
)
def test_the_same_groups_are_found_or_others(earlier, expected):
    found = quarter_agreement(
        vectors=around((-3, 0), (3, 0)),
        labels=np.repeat(["s01", "s02"], 50),
        earlier=earlier,
        earlier_keys=[str(number) for number in range(len(earlier))],
    )
    assert found == (None if expected is None else pytest.approx(expected, abs=0.05))
