"""Conditions on features: what they match, and how they read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segment_fixtures import (
    LABELS,
)
from segmentation.explaining.conditions import (
    Condition,
    holds,
    readable_threshold,
    rule_sql,
    rule_text,
)


def test_rule_words_join_both_ends_of_a_range():
    conditions = (
        Condition("recency_days", ">=", 30.0),
        Condition("recency_days", "<=", 90.0),
        Condition("discount_share", ">=", 0.255),
        Condition("city", "=", "Bath"),
    )

    text = rule_text(conditions=conditions, labels=LABELS)

    assert text == (
        "Days since last order from 30 to 90, share of discounts "
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
    ("currency", "text"), [("USD", "$1,250"), ("CHF", "CHF\u00a01,250")]
)
def test_rules_name_the_currency(currency, text):
    conditions = (Condition("monetary_value", ">=", 1250.0),)
    found = rule_text(conditions=conditions, labels=LABELS, currency=currency)
    assert found == f"Spend in the RFM window at least {text}"


@pytest.mark.parametrize(
    ("value", "spread", "is_integer", "text"),
    [
        (0.0, 5, False, "0.0"),
        (-0.3, 10, True, "0.0"),
        (0.6, 10, True, "1.0"),
        (87.53, 700, False, "88.0"),
        (87.53, 199, False, "88.0"),
        (87.53, 19.9, False, "87.5"),
        (87.53, 20, False, "88.0"),
        (8753, 0, False, "8800.0"),
        (np.inf, 1, False, "inf"),
        (0.0123, 0, False, "0.012"),
    ],
)
def test_a_threshold_keeps_what_a_reader_remembers(value, spread, is_integer, text):
    found = readable_threshold(value=value, spread=spread, is_integer=is_integer)
    assert str(found) == text


def test_a_condition_includes_its_limit_and_no_missing_value():
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0, np.nan], "c": ["a", "b", None, "a"]})
    for operator, value, name, expected in (
        (">=", 2.0, "n", [False, True, True, False]),
        ("<=", 2.0, "n", [True, True, False, False]),
        ("=", "a", "c", [True, False, False, True]),
        ("<>", "a", "c", [False, True, False, False]),
    ):
        assert holds(frame, Condition(name, operator, value)).tolist() == expected


@pytest.mark.parametrize(
    ("operator", "value", "text"),
    [
        ("<=", 0.0, "Share of discounts 0%"),
        ("<=", 0.1, "Share of discounts at most 10%"),
        (">=", 1.0, "Share of discounts 100%"),
        (">=", 0.9, "Share of discounts at least 90%"),
    ],
)
def test_the_end_of_what_can_be_is_no_limit(operator, value, text):
    conditions = (Condition("discount_share", operator, value),)
    assert rule_text(conditions=conditions, labels=LABELS) == text


def test_both_ends_of_a_range_are_one_part():
    labels = pd.DataFrame(
        [["n", "Days off", "days", "many", "few"]],
        columns=["feature", "feature_label", "unit", "high_words", "low_words"],
    )
    for conditions, text in (
        ([(">=", 1)], "Days off at least 1 day"),
        ([("<=", 2), ("<=", 3)], "Days off at most 2 days"),
        ([(">=", 1), (">=", 2), ("<=", 5)], "Days off from 2 days to 5 days"),
        ([(">=", 2), ("<=", 2)], "Days off 2 days"),
        ([("=", "a"), ("<>", "b")], "Days off is a and is not b"),
        ([], "Everybody"),
    ):
        found = tuple(Condition("n", *one) for one in conditions)
        assert rule_text(conditions=found, labels=labels) == text
