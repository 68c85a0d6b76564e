"""A fitted model as rows: applied as SQL applies it, and its version."""

import numpy as np
import pandas as pd
import pytest

from segment_fixtures import (
    COLUMNS,
    candidate,
    fitted,
    fitted_features,
    standardised,
    three_kinds,
)
from segmentation.assigning.model_rows import assign, model_version


def test_assignment_takes_the_best_prototype_and_the_first_of_equals():
    model = pd.Series(
        {
            "prototype_segments": [1, 0, 1],
            "prototype_weights": [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]],
            "prototype_offsets": [0.0, 0.0, 0.0],
        }
    )

    labels = assign(
        vectors=np.array([[2.0, 1.0], [0.0, 3.0], [-2.0, 0.0], [1.0, 1.0]]),
        candidate=model,
    )

    assert labels.tolist() == [1, 0, 1, 0]


def test_vectors_of_another_model_are_refused():
    features, kinds = three_kinds()
    model = candidate(np.zeros((len(features), 2)), kinds)

    with pytest.raises(ValueError, match="prototype_weights have 2 dimensions"):
        fitted(features, kinds, model=model)


def test_version_changes_with_the_numbers_only():
    features, kinds = three_kinds()
    steps = fitted_features(features, COLUMNS)
    model = candidate(standardised(features, steps), kinds)
    other = model.copy()
    other["prototype_offsets"] = [*model["prototype_offsets"][:2], -0.123]

    def version(row, rows=steps):
        return model_version(candidate=row, fitted_features=rows)

    assert version(model) == version(model.copy(), steps.sample(frac=1, random_state=0))
    assert version(model) != version(other)
