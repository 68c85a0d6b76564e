"""The expectation's fit and corrections: published answers, and small literal cases."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbt_builds import shared_file
from segmentation.evaluating.expectation.buying import (
    fit_buying,
    log_likelihood,
    stopping_nodes,
)
from segmentation.evaluating.expectation.fitted_rows import (
    EXPECTATION_SCHEMA,
    NODE_LEVELS,
    fitted_rows,
)
from segmentation.evaluating.expectation.lines import corrected_knots, rising
from segmentation.evaluating.expectation.proof import prediction_proof, ranked_right
from segmentation.evaluating.expectation.ranges import range_rows
from segmentation.evaluating.expectation.silence import silence_rows
from segmentation.evaluating.expectation.spend import (
    Mix,
    fit_mix,
    mixed,
    spend_rows,
    state_factors,
)
from segmentation.evaluating.expectation.spending import fit_spending

END = datetime.date(1997, 9, 30)
# MBG/NBD in weeks, as published for the 1/10 sample of CDNOW.
CDNOW = {"r": 0.5249, "alpha": 6.183, "a": 0.8913, "b": 1.6137}


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """One row per customer and day of the 39 weeks of calibration."""
    rows = [line.split() for line in shared_file("cdnow_sample.txt").open()]
    frame = pd.DataFrame(rows, columns=["master", "customer", "day", "units", "money"])
    frame["day"] = pd.to_datetime(frame["day"], format="%Y%m%d")
    frame["money"] = frame["money"].astype(float)
    frame = frame[frame["day"].dt.date <= END]
    return frame.groupby(["customer", "day"], as_index=False)["money"].sum()


@pytest.fixture(scope="module")
def weeks(cdnow) -> dict[str, np.ndarray]:
    """Repeat days, and weeks to the last order day and to the end."""
    days = cdnow.groupby("customer")["day"].agg(["min", "max", "size"])
    return {
        "repeat_days": days["size"].to_numpy(float) - 1,
        "last_day": (days["max"] - days["min"]).dt.days.to_numpy() / 7,
        "age": (pd.Timestamp(END) - days["min"]).dt.days.to_numpy() / 7,
    }


def repeaters(cdnow: pd.DataFrame) -> dict[str, np.ndarray]:
    """Repeat days and their mean value, of customers with any."""
    first = cdnow.groupby("customer")["day"].transform("min")
    repeats = cdnow[cdnow["day"] > first].groupby("customer")["money"]
    means = repeats.agg(["size", "mean"]).query("mean > 0")
    return {
        "order_days": means["size"].to_numpy(),
        "mean_value": means["mean"].to_numpy(),
    }


def test_the_fit_finds_what_was_published_of_cdnow(weeks):
    found = fit_buying(**weeks)

    assert found == pytest.approx(CDNOW, abs=1e-3)
    total = log_likelihood(**weeks, **found).sum()
    assert total == pytest.approx(-9582.14, abs=1e-2)


def test_the_top_is_found_to_the_last_digit_from_anywhere(cdnow, weeks):
    # A flat likelihood: a search that stops near its top stops elsewhere each time.
    elsewhere = {"r": 2.0, "alpha": 30.0, "a": 0.2, "b": 4.0}
    assert fit_buying(**weeks, near=elsewhere) == fit_buying(**weeks)

    spending = repeaters(cdnow)
    elsewhere = {"p": 1.0, "q": 9.0, "v": 40.0}
    assert fit_spending(**spending, near=elsewhere) == fit_spending(**spending)


def test_the_next_39_weeks_of_cdnow_bring_the_published_orders(weeks):
    found = fit_buying(**weeks)
    x, last, age = (weeks[name][:, None] for name in weeks)
    events = found["r"] + x
    gone = found["a"] / (found["b"] + x)
    odds = ((found["alpha"] + age) / (found["alpha"] + last)) ** events
    active = 1 / (1 + gone * odds)
    chances, weights = stopping_nodes(a=found["a"], b=found["b"])
    stayed = weights * (1 - chances) ** (x + 1)
    rate = 1 + chances * 39 / (found["alpha"] + age)
    orders = active[:, 0] * (
        (stayed * (1 - rate**-events) / chances).sum(axis=1) / stayed.sum(axis=1)
    )

    assert orders.sum() == pytest.approx(1577, abs=1)


def test_gamma_gamma_finds_what_was_published_of_cdnow(cdnow):
    means = repeaters(cdnow)

    found = fit_spending(**means)

    assert len(means["order_days"]) == 946
    published = {"p": 6.25, "q": 3.744, "v": 15.44}
    assert found == pytest.approx(published, abs=5e-3)
    assert found["q"] == pytest.approx(3.744, abs=1e-3)


def test_spending_is_fitted_alike_in_every_currency():
    days, value = np.array([2, 3, 4, 6, 9]), np.array([10.0, 30.0, 12.0, 50.0, 22.0])

    pounds = fit_spending(order_days=days, mean_value=value)
    pence = fit_spending(order_days=days, mean_value=100 * value)

    assert pence["v"] == pytest.approx(100 * pounds["v"], rel=1e-6)


def test_nobody_to_fit_to_is_said():
    with pytest.raises(ValueError, match="repeat_days is empty"):
        fit_buying(repeat_days=[], last_day=[], age=[])
    with pytest.raises(ValueError, match="mean_value must be above 0"):
        fit_spending(order_days=[1, 2], mean_value=[3.0, 0.0])


@given(a=st.floats(0.0067, 54), b=st.floats(1.0067, 600))
def test_nodes_hold_the_mean_of_their_beta(a, b):
    chances, weights = stopping_nodes(a=a, b=b)

    assert len(chances) == 16
    assert weights.sum() == pytest.approx(1)
    assert (chances * weights).sum() == pytest.approx(a / (a + b), rel=1e-9)


def statistics(count: int = 60) -> pd.DataFrame:
    rows = [
        (0, 1 + i % 4, 20.0 * (i % 4), 90.0 + i, 10.0 + 7 * i) for i in range(count)
    ]
    return pd.DataFrame(
        rows,
        columns=[
            "days_before",
            "order_days",
            "last_order_age_days",
            "age_days",
            "net_amount",
        ],
    )


def test_parameters_are_rows_whatever_the_order_of_customers():
    rows = fitted_rows(statistics())

    assert list(rows.columns) == EXPECTATION_SCHEMA.names
    assert rows["parameter"].value_counts().to_dict() == {
        "stopping_chance": 16 * len(NODE_LEVELS),
        "stopping_weight": 16 * len(NODE_LEVELS),
        **dict.fromkeys(["r", "alpha", "a", "b", "p", "q", "v"], 1),
    }
    turned = fitted_rows(statistics().iloc[::-1])
    pd.testing.assert_frame_equal(turned, rows)


def test_without_customers_there_are_no_parameters():
    assert fitted_rows(statistics(0)).empty


def test_a_line_rises_and_keeps_the_means():
    assert rising([0.1, 0.5, 0.3, 0.2, 0.9], [1, 1, 1, 2, 1]).tolist() == [
        0.1,
        *[pytest.approx(0.3)] * 3,
        0.9,
    ]


def test_knots_move_to_what_came_as_far_as_there_are_customers():
    knots, values = corrected_knots(
        predicted=[0.8] * 30,
        happened=[1] * 15 + [0] * 15,
        edges=np.array([0, 0.5, 1]),
        prior_customers=10,
    )

    assert knots.tolist() == [0, 0.25, pytest.approx(0.8), 1]
    # (15 + 10 * 0.8) / 40; where nothing was predicted nothing changes.
    assert values.tolist() == [0, 0.25, pytest.approx(0.575), 1]


@given(
    chances=st.lists(st.floats(0, 1), max_size=30),
    came=st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_a_correction_never_turns_customers_round(chances, came):
    knots, values = corrected_knots(
        predicted=np.array(chances),
        happened=np.array(came[: len(chances)], float),
        edges=np.linspace(0, 1, 6),
        prior_customers=3,
    )

    assert (np.diff(values) >= -1e-12).all()
    assert (np.diff(knots) >= 0).all()
    assert values.min() >= 0 and values.max() <= 1


def test_silence_is_corrected_by_trials_whose_outcome_was_known():
    trials = pd.DataFrame(
        {
            "days_before": [90] * 40 + [180] * 40,
            "order_days": [5] * 80,
            "model_silence": [0.45] * 80,
            "next_order_days": [1] * 40 + [0] * 40,
        }
    )

    rows = silence_rows(
        trials, origins=[0, 90, 120], backtest_days=[90], prior_customers=0.001
    )

    assert rows["origin_days_before"].unique().tolist() == [0, 90]
    became = rows[
        (rows["order_days_group"] == 3) & np.isclose(rows["from_silence"], 0.45)
    ]
    became = became[np.isin(became["from_value"].round(2), [0, 1])]
    # Today's rest on day 90, where all ordered; day 90's on day 180, where none did.
    assert became["from_value"].round(2).tolist() == [0, 1]


def test_a_mix_goes_on_in_proportion_beyond_its_last_knot():
    mix = Mix((0.5, 0.5, 0.0), np.array([0.0, 100.0]), np.array([10.0, 90.0]))
    customers = pd.DataFrame(
        {"model_spend": [0, 100, 400], "recent_spend": [0, 0, 0], "prior_spend": 0}
    )

    assert mixed(customers, mix).tolist() == [10.0, 50.0, 180.0]


def active(count: int, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    came = rng.gamma(2.0, 50.0, count)
    frame = pd.DataFrame(
        {
            "days_before": 90,
            "history_days": 400,
            "model_spend": 100.0,
            "recent_spend": came,
            "prior_spend": rng.gamma(2.0, 50.0, count),
            "next_spend": came,
        }
    )
    return frame.assign(**columns)


def test_the_mix_leans_on_what_was_right():
    mix = fit_mix(active(500), horizon_days=90)

    assert mix.weights == (0.0, 1.0, 0.0)
    customers = active(500)
    total = mixed(customers, mix).sum() / customers["next_spend"].sum()
    assert total == pytest.approx(1, abs=0.02)


def test_a_quarter_that_was_not_seen_is_not_mixed_in():
    short = active(500, history_days=120, recent_spend=0.0)
    short["prior_spend"] = short["next_spend"]

    assert fit_mix(short, horizon_days=90).weights[2] == 0
    assert fit_mix(active(500, history_days=60), horizon_days=90) is None
    assert fit_mix(active(99), horizon_days=90) is None


def test_a_state_s_factor_is_pulled_to_one():
    trials = pd.DataFrame(
        {
            "lifecycle": ["due"] * 100 + ["lapsed"],
            "silence_spend": [10.0] * 100 + [0.0],
            "next_spend": [30.0] * 100 + [0.0],
        }
    )

    # (3000 + 60 * 10) / (1000 + 60 * 10); of nothing expected there is no share.
    assert state_factors(trials) == {"due": 2.25}


def test_a_range_leaves_out_as_many_on_either_side():
    came = np.tile(np.arange(1.0, 101.0), 10)
    rows = range_rows(expected=np.full(1000, 50.0), came=came, range_share=0.8)

    ends = {name: value for name, _, _, value in rows}
    inside = (came >= 50 * ends["range_low"]) & (came <= 50 * ends["range_high"])
    assert inside.mean() == pytest.approx(0.8, abs=0.02)


def test_where_four_in_five_spend_nothing_there_is_no_range():
    came = np.r_[np.zeros(900), np.full(100, 500.0)]
    rows = range_rows(expected=np.full(1000, 50.0), came=came, range_share=0.8)

    assert rows == [("range_high", "10", pytest.approx(50.0), None)]
    assert range_rows(expected=came[:50], came=came[:50], range_share=0.8) == []


def test_corrections_of_spend_come_per_predicted_day():
    customers = active(400).assign(
        origin_days_before=0,
        lifecycle=["active"] * 300 + ["overdue"] * 100,
        silence_spend=50.0,
    )
    rows = spend_rows(
        customers, horizon_days=90, error_tolerance=0.01, range_share=0.83
    )

    kinds = rows.groupby("correction").size().to_dict()
    assert kinds["mix"] == 3 and kinds["state"] == 1
    assert kinds["range_low"] == kinds["range_high"]
    assert set(rows["origin_days_before"]) == {0}


@pytest.mark.parametrize(("history_days", "is_corrected"), [(200, False), (300, True)])
def test_a_year_seen_mends_totals_at_some_cost(history_days, is_corrected):
    # One in ten orders, for ten times what is expected of each: nearest to most is 0.
    lapsed = pd.DataFrame(
        {
            "origin_days_before": 0,
            "days_before": 90,
            "history_days": history_days,
            "lifecycle": "lapsed",
            "model_spend": 5.0,
            "silence_spend": 5.7,
            "recent_spend": 0.0,
            "prior_spend": 0.0,
            "next_spend": np.tile(np.r_[60.0, np.zeros(9)], 100),
        }
    )

    rows = spend_rows(lapsed, horizon_days=90, error_tolerance=0.01, range_share=0.83)

    assert ("state" in set(rows["correction"])) is is_corrected


def test_pairs_ranked_right_are_counted():
    assert ranked_right(np.array([0.2, 0.2]), np.array([0, 1])) == 0.5
    assert ranked_right(np.array([0.2, 0.3]), np.array([1, 1])) is None


def test_the_proof_compares_ours_with_plain_ways():
    came = np.array([0.0, 100.0] * 50)
    predictions = pd.DataFrame(
        {
            "days_before": 90,
            "customer_id": [str(i) for i in range(100)],
            "lifecycle": "active",
            "value_tier": "top",
            "expected_spend": 50.0,
            "spend_low": 0.0,
            "spend_high": 60.0,
            "silence_probability": np.where(came > 0, 0.1, 0.9),
            "model_spend": 40.0,
            "model_silence": 0.5,
            "recent_spend": came,
            "prior_spend": 0.0,
            "wait_days": 10,
            "order_days": 2,
            "net_amount": 80.0,
            "is_at_risk": [True, True] + [False] * 98,
            "healthy_spend": 120.0,
            "next_spend": came,
            "next_order_days": came > 0,
        }
    )
    earlier = predictions.assign(days_before=180, next_spend=70.0)
    table = prediction_proof(
        predictions=predictions, earlier=earlier, horizon_days=90
    ).set_index(["measure", "method"])

    errors = table.loc["spend", "mean_absolute_error"].to_dict()
    assert errors == {
        "ours": 50.0,
        "model_alone": 50.0,
        "last_quarter": 0.0,
        "two_quarters": 25.0,
        "rfm_cells": 50.0,
        "spend_deciles": 50.0,
    }
    assert table.loc[("spend", "ours"), "coverage"] == 0.5
    assert table.loc[("spend", "ours"), "total_ratio"] == 1.0
    assert table.loc[("silence", "ours"), "silence_auc"] == 1.0
    # 2 * (120 - 50) predicted to be lost, 120 and 20 were.
    assert table.loc[("at_stake", "ours"), "total_ratio"] == 1.0
