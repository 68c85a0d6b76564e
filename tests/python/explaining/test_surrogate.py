"""How well a shallow tree tells the segments."""

import numpy as np
import pandas as pd

from segment_fixtures import (
    ONE_COLUMN,
    fitted_features,
    three_kinds,
)
from segmentation.explaining.surrogate import surrogate_fidelity


def test_surrogate_tells_what_is_told_apart_by_sight():
    features, kinds = three_kinds()
    steps = fitted_features(features, ["recency_days", "discount_share"])

    assert surrogate_fidelity(features=features, labels=kinds, dimensions=steps) == 1.0


def test_surrogate_is_measured_on_customers_it_has_not_seen():
    random = np.random.default_rng(0)
    features = pd.DataFrame({"order_count": random.normal(size=1000)})
    labels = random.integers(0, 2, 1000)

    fidelity = surrogate_fidelity(
        features=features, labels=labels, dimensions=ONE_COLUMN
    )

    assert 0.4 < fidelity < 0.6
