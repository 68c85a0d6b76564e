"""Drivers, rules and the surrogate: what they say is what the customers show."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_fixtures import LABELS, fitted_features, standardised, three_kinds

from segmentation.explaining.conditions import (
    Condition,
    matches,
    readable_threshold,
    rule_sql,
    rule_text,
)
from segmentation.explaining.profiles import effect_sizes, profile_segments
from segmentation.explaining.rules import MAX_CONDITIONS, find_rule
from segmentation.explaining.surrogate import surrogate_fidelity
from segmentation.wording.feature_words import value_text

ONE_COLUMN = pd.DataFrame(
    {"feature": ["order_count"], "category_value": [None], "scale_weight": [1.0]}
)


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


def test_rule_finds_one_time_buyers_exactly():
    features = pd.DataFrame({"order_count": [1, 1, 1, 2, 5, 9]})
    members = np.array([True, True, True, False, False, False])

    rule = find_rule(features=features, members=members, dimensions=ONE_COLUMN)

    assert rule_sql(conditions=rule.conditions) == "order_count <= 1"
    assert rule_text(conditions=rule.conditions, labels=LABELS) == "Orders at most 1"
    assert (rule.precision, rule.coverage) == (1.0, 1.0)


def test_rule_on_three_kinds_needs_few_conditions():
    features, kinds = three_kinds()
    steps = fitted_features(features, list(features.columns[1:]))

    for number in range(3):
        rule = find_rule(features=features, members=kinds == number, dimensions=steps)
        assert (rule.precision, rule.coverage) == (1.0, 1.0)
        assert len(rule.conditions) == 1


def test_rule_words_join_both_ends_of_a_range():
    conditions = (
        Condition("recency_days", ">=", 30.0),
        Condition("recency_days", "<=", 90.0),
        Condition("discount_share", ">=", 0.255),
        Condition("city", "=", "Bath"),
    )

    text = rule_text(conditions=conditions, labels=LABELS)

    assert text == (
        "Days since last order from 30 days to 90 days, share of discounts "
        "at least 25.5% and city is Bath"
    )


def test_sql_quotes_names_and_values_that_need_it():
    conditions = (Condition("order", "=", "it's"), Condition('a "b"', ">=", 0.5))

    assert rule_sql(conditions=conditions) == (
        '"order" = \'it\'\'s\' and "a ""b""" >= 0.5'
    )


@pytest.mark.parametrize(
    ("value", "spread", "is_integer", "expected"),
    [
        (87.53, 700.0, True, 88.0),
        (2017.4, 5.0, False, 2017.4),
        (0.03456, 1.0, False, 0.035),
        (1.2, 3.0, True, 1.0),
        (0.0, 0.0, False, 0.0),
        (123456.7, 1e6, False, 120000.0),
    ],
)
def test_thresholds_are_readable(value, spread, is_integer, expected):
    found = readable_threshold(value=value, spread=spread, is_integer=is_integer)

    assert found == expected


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.0, "days", "1 day"),
        (90.0, "days", "90 days"),
        (0.355, "share", "35.5%"),
        (1250.0, "money", "1,250"),
        (-0.0, "ratio", "0"),
    ],
)
def test_values_read_as_people_write_them(value, unit, text):
    assert value_text(value=value, unit=unit) == text


@pytest.mark.parametrize(
    ("currency", "text"), [("USD", "$1,250"), ("CHF", "CHF\u00a01,250")]
)
def test_rules_name_the_currency(currency, text):
    conditions = (Condition("monetary_value", ">=", 1250.0),)
    found = rule_text(conditions=conditions, labels=LABELS, currency=currency)
    assert found == f"Total spend at least {text}"


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


TABLES = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.one_of(st.none(), st.floats(-1e6, 1e6, allow_subnormal=False)),
        st.sampled_from(["a", "b'c", "", None]),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_duckdb_finds_the_stated_precision_and_coverage(rows):
    features = pd.DataFrame(
        rows, columns=["recency_days", "net worth", "group", "segment"]
    ).astype({"net worth": float, "group": "string"})
    steps = pd.DataFrame(
        {
            "feature": ["recency_days", "net worth", "group", "group"],
            "category_value": [None, None, "a", "b'c"],
            "scale_weight": 1.0,
        }
    )
    members = (features["segment"] == features["segment"].iloc[0]).to_numpy()

    rule = find_rule(features=features, members=members, dimensions=steps)

    assert len(rule.conditions) <= MAX_CONDITIONS
    table, predicate = (
        features.assign(is_member=members),
        rule_sql(conditions=rule.conditions),
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("customers", table)
        [(found, hits, total)] = connection.sql(
            f"""
            select
                count(*) filter (where {predicate}),
                count(*) filter (where is_member and {predicate}),
                count(*) filter (where is_member)
            from customers
            """
        ).fetchall()
    assert found == matches(features=features, conditions=rule.conditions).sum()
    assert rule.precision == (hits / found if found else None)
    assert rule.coverage == hits / total
