"""Ratios of few events are pulled towards everybody's: numbers worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segmentation.preparing.shrinkage import (
    Prior,
    evidence_weight,
    population_value,
    prior_of,
    rate_prior,
    shrunk,
    shrunk_feature,
)

NONE = np.nan


def label(**values) -> SimpleNamespace:
    """A row of the seed feature_labels."""
    return SimpleNamespace(
        **{"unit": "count", "evidence": None, "prior": None} | values
    )


def test_few_events_are_pulled_further_than_many():
    values = np.array([1.0, 1.0, 0.0, 1.0])
    events = np.array([0.0, 10.0, 30.0, NONE])
    found = shrunk(values, events, Prior(0.2, 10))
    assert found.tolist() == pytest.approx([0.2, 0.6, 0.05, 0.2])


def test_without_a_value_it_is_everybodys_however_many_events():
    assert shrunk(np.array([NONE]), np.array([5.0]), Prior(0.2, 10)).tolist() == [0.2]


def test_everybodys_may_be_another_feature_of_each_customer():
    found = shrunk(
        np.array([60.0, NONE]),
        np.array([30.0, 0.0]),
        Prior(2, 10),
        np.array([9.0, 5.0]),
    )
    # (60 x 30 + 2 x 9 x 10) / 40, and 2 x 5.
    assert found.tolist() == pytest.approx([49.5, 10])


def test_the_prior_of_a_rate_by_moments():
    """Ten order days in a hundred; the middle of 10, 20, 30 and 40 days is 25.

    Of the two observed for longer: (30 x .1^2 + 40 x .05^2) / 70 = 1/175, of which
    .1 x (1/30 + 1/40) / 2 = 7/2400 is chance: 47/16800 remain.
    """
    rates = np.array([1 / 10, 1 / 20, 6 / 30, 2 / 40, 9.0, NONE])
    days = np.array([10.0, 20.0, 30.0, 40.0, 0.0, NONE])
    prior = rate_prior(rates, days)
    assert prior.value == pytest.approx(0.1)
    assert prior.events == pytest.approx(0.1 * 16800 / 47)


def test_customers_who_order_alike_differ_a_little_all_the_same():
    """At least .05 x .1^2: .1 / .0005."""
    prior = rate_prior(np.full(4, 0.1), np.full(4, 50.0))
    assert prior == pytest.approx((0.1, 200))


@pytest.mark.parametrize(
    ("rates", "days"), [([], []), ([0.0, 0.0], [9.0, 5.0]), ([NONE], [0.0])]
)
def test_where_nobody_ordered_again_the_rate_is_nothing(rates, days):
    assert rate_prior(np.array(rates), np.array(days)) == (0, 1)


def test_everybodys_share_is_of_all_events_and_a_size_the_middle_customers():
    values = np.array([0.5, 0.1, 0.9, NONE, 0.3])
    events = np.array([2.0, 8.0, 0.0, 5.0, NONE])
    # (.5 x 2 + .1 x 8) / 10, and the middle of .5 and .1.
    assert population_value(values, events, is_share=True) == pytest.approx(0.18)
    assert population_value(values, events, is_share=False) == pytest.approx(0.3)
    assert population_value(values[2:], events[2:], is_share=True) is None


BUYERS = pd.DataFrame(
    {
        # Per 30 days: the rates of test_the_prior_of_a_rate_by_moments.
        "orders_per_month_recent": [3.0, 1.5, 6.0, 1.5, None],
        "observed_days_recent": [10, 20, 30, 40, None],
        "spend_per_month_recent": [30.0, 15.0, 60.0, 15.0, None],
        "interpurchase_days_mean": [5.0, None, 4.0, 30.0, None],
        "gap_count": [1, 0, 6, 1, 0],
        "average_order_value": [10.0, 20.0, 40.0, 80.0, None],
        "weekend_share": [1.0, 0.0, 0.5, 0.5, None],
        "window_order_count": [2, 2, 8, 8, 0],
    }
)
ALPHA = 0.1 * 16800 / 47


@pytest.mark.parametrize(
    ("feature", "evidence", "prior", "unit", "expected"),
    [
        ("orders_per_month_recent", "observed_days_recent", "rate", "", (3, ALPHA)),
        ("spend_per_month_recent", "observed_days_recent", "spend", "", (3, ALPHA)),
        # Ten days between orders, as often as an alpha's worth of days says it.
        ("interpurchase_days_mean", "gap_count", "interval", "", (10, 0.1 * ALPHA)),
        ("average_order_value", "window_order_count", "3", "money", (30, 3)),
        # 2 + 0 + 4 + 4 of 20 orders.
        ("weekend_share", "window_order_count", "10", "share", (0.5, 10)),
    ],
)
def test_each_kind_of_prior(feature, evidence, prior, unit, expected):
    row = label(feature=feature, evidence=evidence, prior=prior, unit=unit)
    assert prior_of(BUYERS, row) == pytest.approx(expected)


def test_without_any_event_there_is_no_prior():
    nobody = BUYERS.assign(
        orders_per_month_recent=0.0,
        gap_count=0,
        weekend_share=None,
        window_order_count=0,
    )
    for feature, evidence, prior in (
        ("interpurchase_days_mean", "gap_count", "interval"),
        ("weekend_share", "window_order_count", "10"),
    ):
        row = label(feature=feature, evidence=evidence, prior=prior, unit="share")
        assert prior_of(nobody, row) is None


@pytest.mark.parametrize(
    ("evidence", "prior", "weight"),
    [
        # sqrt of the mean of 0, 1/2 and 3/4.
        ("events", "10", np.sqrt(1.25 / 3)),
        ("events", "interval", np.sqrt(1.25 / 3)),
        # 0, 10/13 and 30/33.
        ("events", "3", np.sqrt((10 / 13 + 30 / 33) / 3)),
        ("events", "rate", 1),
        ("events", "spend", 1),
        (None, None, 1),
    ],
)
def test_a_feature_weighs_by_how_far_it_is_the_customers_own(evidence, prior, weight):
    frame = pd.DataFrame({"events": [10.0, None, 30.0]})
    row = label(evidence=evidence, prior=prior)
    assert evidence_weight(frame, row) == pytest.approx(weight)


def test_a_fitted_row_says_how_a_feature_is_pulled():
    row = {"evidence_column": None, "prior_feature": None}
    value = row | {
        "evidence_column": "window_order_count",
        "prior_value": 30.0,
        "prior_events": 3.0,
    }
    spend = row | {
        "evidence_column": "observed_days_recent",
        "prior_feature": "average_order_value",
        "prior_value": 3.0,
        "prior_events": 30.0,
    }
    rows = {
        name: SimpleNamespace(**one)
        for name, one in {
            "average_order_value": value,
            "spend_per_month_recent": spend,
            "weekend_share": row,
        }.items()
    }
    # (10 x 2 + 90) / 5, then (30 x 10 + 3 x 22 x 30) / 40; 30 and 90 without an order.
    assert shrunk_feature(BUYERS, "average_order_value", rows)[[0, 4]].tolist() == [
        22,
        30,
    ]
    found = shrunk_feature(BUYERS, "spend_per_month_recent", rows)[[0, 4]]
    assert found.tolist() == [57, 90]
    np.testing.assert_array_equal(
        shrunk_feature(BUYERS, "weekend_share", rows), BUYERS["weekend_share"]
    )
