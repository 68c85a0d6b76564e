"""The rule that tells a segment best is as good as it says."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from segment_fixtures import (
    LABELS,
    ONE_COLUMN,
    fitted_features,
    three_kinds,
)
from segmentation.explaining.conditions import matches, rule_sql, rule_text
from segmentation.explaining.rules import MAX_CONDITIONS, _row_weights, find_rule


def test_rule_finds_one_time_buyers_exactly():
    features = pd.DataFrame({"order_count": [1, 1, 1, 2, 5, 9]})
    members = np.array([True, True, True, False, False, False])

    rule = find_rule(features=features, members=members, dimensions=ONE_COLUMN)

    assert rule_sql(conditions=rule.conditions) == "order_count <= 1"
    assert (
        rule_text(conditions=rule.conditions, labels=LABELS)
        == "Orders in the RFM window at most 1"
    )
    assert (rule.precision, rule.coverage) == (1.0, 1.0)


def test_rule_on_three_kinds_needs_few_conditions():
    features, kinds = three_kinds()
    steps = fitted_features(features, list(features.columns[1:]))

    for number in range(3):
        rule = find_rule(features=features, members=kinds == number, dimensions=steps)
        assert (rule.precision, rule.coverage) == (1.0, 1.0)
        assert len(rule.conditions) == 1


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


def test_who_is_left_out_of_a_search_counts_through_those_in_it():
    few, many = np.array([True, False]), np.array([True] * 3 + [False] * 5)
    assert _row_weights(few, few).tolist() == [1, 1]
    assert _row_weights(many, few).tolist() == [3, 5]
    assert _row_weights(many[:3], many[:1]).tolist() == [3]
