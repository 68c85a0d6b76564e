"""Names and rules as published: judged on who is in a segment now."""

import numpy as np
import pandas as pd
import pytest

from segment_fixtures import (
    COLUMNS,
    LABELS,
    NAMES,
    candidate,
    fitted,
    fitted_features,
    standardised,
    three_kinds,
)
from segmentation.explaining.published_names import NAMES_SCHEMA, name_published


def published(features: pd.DataFrame, kinds: np.ndarray) -> pd.DataFrame:
    """The customers as published, with who is never clustered at the end."""
    vectors = standardised(features, fitted_features(features, COLUMNS))
    customers = features.assign(
        segment_id=[f"s0{kind + 1}" for kind in kinds],
        window_order_count=5,
        silence_probability=np.array([0.1, 0.9, 0.3])[kinds],
        vector=list(vectors),
    )
    nobody = pd.DataFrame({"customer_id": ["none"], "segment_id": ["no_orders"]})
    return pd.concat([customers, nobody], ignore_index=True)


def named(customers, kinds, **options) -> pd.DataFrame:
    features, _ = three_kinds()
    return name_published(
        segments=options.pop("segments", fitted(features, kinds)),
        customers=customers,
        fitted_features=fitted_features(features, COLUMNS),
        names=NAMES,
        feature_labels=LABELS,
        **options,
    )


def test_three_kinds_are_named_and_their_rules_measured():
    features, kinds = three_kinds()

    names = named(published(features, kinds), kinds)

    assert names.columns.tolist() == NAMES_SCHEMA.names
    assert names["segment_name"].tolist() == [
        "Big-Spending Regulars",
        "Quiet Customers",
        "Bargain Hunters",
    ]
    assert names["rule_precision"].tolist() == [1.0, 1.0, 1.0]


def test_a_name_goes_when_its_customers_change_though_the_model_is_kept():
    features, kinds = three_kinds()
    segments = fitted(features, kinds)
    customers = published(features, kinds)
    before = named(customers, kinds, segments=segments)
    # The silent have come back: nothing has been fitted again.
    customers.loc[customers["segment_id"] == "s02", "silence_probability"] = 0.2

    after = named(customers, kinds, segments=segments, previous_segments=before)

    assert before["segment_name"].iloc[1] == "Quiet Customers"
    assert after["segment_name"].iloc[1] == "Earlier Buyers"
    assert after.drop(index=1).equals(before.drop(index=1))


def test_a_wrong_name_on_the_wrong_segment_is_taken_off():
    features, kinds = three_kinds()
    before = named(published(features, kinds), kinds)
    planted = before.assign(
        segment_name=before["segment_name"].iloc[[1, 2, 0]].tolist(),
        name_claims=before["name_claims"].iloc[[1, 2, 0]].tolist(),
    )

    after = named(published(features, kinds), kinds, previous_segments=planted)

    assert after.equals(before)


def test_a_name_is_kept_while_it_is_true():
    features, kinds = three_kinds()
    before = named(published(features, kinds), kinds)
    # Not what would be chosen, but true.
    before.loc[1, ["segment_name", "name_claims"]] = ["Long-Silent Customers", "x:high"]
    customers = published(features, kinds)

    after = named(customers, kinds, previous_segments=before)

    assert after["segment_name"].tolist() == [
        "Big-Spending Regulars",
        "Long-Silent Customers",
        "Bargain Hunters",
    ]


def test_a_rule_is_measured_on_those_who_are_published_in_the_segment():
    """Ten who are held in another segment than the rule says."""
    features, kinds = three_kinds()
    customers = published(features, kinds)
    customers.loc[:9, "segment_id"] = "s02"

    names = named(customers, kinds).set_index("segment_id")

    assert names.loc["s01", "rule_precision"] == pytest.approx(30 / 40)
    assert names.loc["s02", "rule_coverage"] == pytest.approx(40 / 50)


def test_customers_in_one_segment_are_all_customers():
    features, kinds = three_kinds()
    one = np.zeros_like(kinds)

    names = named(published(features, one), one, segments=fitted(features, one))

    assert names["segment_name"].tolist() == ["All Customers"]
    assert "alike" not in names["description"].iloc[0]


def test_noise_and_a_segment_without_customers_have_names_that_claim_nothing():
    features, kinds = three_kinds()
    vectors = standardised(features, fitted_features(features, COLUMNS))
    model = candidate(vectors, kinds)
    model["prototype_segments"] = [0, 1, -1]
    model["centroids"], model["jaccards"] = model["centroids"][:2], [0.9, np.nan]
    segments = fitted(features, kinds, model=model)
    customers = published(features, kinds)
    customers.loc[customers["segment_id"] == "s03", "segment_id"] = "unassigned"
    customers.loc[customers["segment_id"] == "s02", "segment_id"] = "s01"

    names = named(customers, kinds, segments=segments).set_index("segment_id")

    assert names.loc["unassigned", "segment_name"] == "Unassigned"
    assert names.loc["s02", "segment_name"] == "Segment 2"
    assert names.loc[["unassigned", "s02"], "name_claims"].isna().all()
    assert names.loc["s02", "rule_coverage"] is None or np.isnan(
        names.loc["s02", "rule_coverage"]
    )
