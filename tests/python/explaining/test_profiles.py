"""Drivers of a segment are what its customers show."""

import numpy as np
import pandas as pd
import pytest

from segment_fixtures import (
    fitted_features,
    standardised,
    three_kinds,
)
from segmentation.explaining.profiles import effect_sizes, profile_segments


def test_effect_is_the_difference_of_means_from_all_others():
    vectors = np.array([[2.0, 0.0], [4.0, 0.0], [0.0, 1.0], [0.0, 1.0]])

    effects = effect_sizes(vectors=vectors, labels=np.array([0, 0, 1, 1]), number=0)

    assert effects.tolist() == [3.0, -1.0]


@pytest.mark.parametrize("labels", [[0, 0], [1, 1]])
def test_a_segment_of_all_or_none_differs_from_nobody(labels):
    effects = effect_sizes(
        vectors=np.array([[1.0], [5.0]]), labels=np.array(labels), number=0
    )

    assert effects.tolist() == [0.0]


def test_profile_ranks_drivers_by_absolute_effect():
    features, kinds = three_kinds()
    steps = fitted_features(features, ["recency_days", "discount_share"])

    profile = profile_segments(
        features=features,
        vectors=standardised(features, steps),
        labels=kinds,
        dimensions=steps,
    )

    first = profile[profile["driver_rank"] == 1].set_index("segment_number")
    assert first["feature"].tolist() == [
        "recency_days",
        "recency_days",
        "discount_share",
    ]
    assert (first["effect_size"] > 0).tolist() == [False, True, True]
    assert (
        first.loc[2, "segment_value"] == features["discount_share"][kinds == 2].median()
    )


def test_profile_of_a_category_is_its_share():
    features = pd.DataFrame({"contract": ["month", "month", "year", None]})
    steps = pd.DataFrame(
        {"feature": ["contract"], "category_value": ["month"], "scale_weight": [0.5]}
    )
    vectors = np.array([[0.5], [0.5], [-0.5], [0.0]])

    profile = profile_segments(
        features=features,
        vectors=vectors,
        labels=np.array([0, 0, 1, 1]),
        dimensions=steps,
    )

    assert profile["dimension"].tolist() == ["contract=month", "contract=month"]
    assert profile["segment_value"].tolist() == [1.0, 0.0]
    assert profile["effect_size"].tolist() == [1.5, -1.5]


def test_a_feature_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="'age' is not a column"):
        profile_segments(
            features=pd.DataFrame({"income": [1.0, 2.0]}),
            vectors=np.zeros((2, 1)),
            labels=np.array([0, 1]),
            dimensions=pd.DataFrame(
                {"feature": ["age"], "category_value": [None], "scale_weight": [1.0]}
            ),
        )
