"""Segments of an earlier date, and what came next."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from project_settings import PREPROCESSING, fit_settings
from segmentation.evaluating.backtest import (
    backtest,
    evaluation_date,
    month_end_after,
    outcomes_after,
)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2023-08-31", "2023-09-30", "2023-10-31", "2023-12-31"], "2023-09-30"),
        (["2023-09-30", "2023-12-30"], None),
        (["2023-11-30", "2024-02-29"], "2023-11-30"),
        (["2024-01-15"], None),
        ([], None),
    ],
)
def test_the_date_has_three_whole_months_after_it(dates, expected):
    found = evaluation_date([day(text) for text in dates])

    assert found == (day(expected) if expected else None)


def test_outcomes_count_the_three_months_and_no_other():
    months = pd.DataFrame(
        [
            ("a", day("2023-09-01"), 500.0, 5),
            ("a", day("2023-10-01"), 10.0, 1),
            ("a", day("2023-12-01"), 5.5, 2),
            ("a", day("2024-01-01"), 900.0, 9),
            ("b", day("2023-11-01"), -3.0, 0),
        ],
        columns=["customer_id", "month_start", "net_amount", "order_count"],
    )

    table = outcomes_after(
        customer_ids=pd.Series(["c", "b", "a"]),
        months=months,
        as_of_date=day("2023-09-30"),
    )

    assert table.to_dict("list") == {
        "customer_id": ["c", "b", "a"],
        "spend_90d": [0.0, -3.0, 15.5],
        "orders_90d": [0.0, 0.0, 3.0],
        "is_silent_90d": [1, 1, 0],
    }


def then_and_after(count: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two kinds of customers; the frequent ones keep ordering."""
    random = np.random.default_rng(0)
    is_frequent = np.arange(count) % 2 == 0
    orders = np.where(is_frequent, 40, 4) + random.integers(0, 3, count)
    then = pd.DataFrame(
        {
            "customer_id": [f"c{row:03d}" for row in range(count)],
            "recency_days": np.where(is_frequent, 5, 200)
            + random.integers(0, 9, count),
            "order_count": orders,
            "monetary_value": orders * 10.0,
            "tenure_days": 400,
            "r_score": np.where(is_frequent, 5, 1),
            "f_score": 3,
            "m_score": 3,
            "rfm_group": "Loyal",
        }
    )
    months = pd.DataFrame(
        {
            "customer_id": then["customer_id"][is_frequent],
            "month_start": day("2023-11-01"),
            "net_amount": 30.0,
            "order_count": 3,
        }
    )
    return then, months


def judged(then, months, as_of_date) -> pd.DataFrame:
    return backtest(
        customers=then,
        months=months,
        as_of_date=as_of_date,
        preprocessing={
            "segment_features": ["recency_days", "order_count", "monetary_value"],
            **PREPROCESSING,
        },
        settings=fit_settings(),
        algorithm="kmeans",
        segment_count=2,
    )


def test_segments_of_then_tell_what_came_next():
    table = judged(*then_and_after(), day("2023-09-30"))

    explained = table.set_index(["method", "outcome"])["explained_variance"]
    assert explained[("segments", "spend_90d")] > 0.95
    assert explained[("rfm_groups", "spend_90d")] == 0
    assert len(table) == 12


@pytest.mark.parametrize(
    ("count", "tenure_days", "as_of_date", "reason"),
    [
        (400, 400, None, "do not cover"),
        (20, 400, day("2023-09-30"), "only 20 customers"),
        (400, 40, day("2023-09-30"), "begin less than three months before"),
    ],
)
def test_a_history_that_is_too_short_says_so(count, tenure_days, as_of_date, reason):
    then, months = then_and_after(count)

    table = judged(then.assign(tenure_days=tenure_days), months, as_of_date)

    assert len(table) == 1
    assert reason in table["verdict"].iloc[0]


def test_the_date_to_evaluate_has_three_whole_months_after_it():
    ends = [datetime.date(2024, month, day) for month, day in
            ((1, 31), (2, 29), (3, 31), (4, 30), (5, 31))]  # fmt: skip
    assert evaluation_date(ends) == datetime.date(2024, 2, 29)
    assert evaluation_date([*ends[:4], datetime.date(2024, 5, 30)]) == ends[0]
    assert evaluation_date(ends[:3]) is None
    assert evaluation_date([datetime.date(2024, 1, 30), *ends[3:]]) is None
    assert month_end_after(datetime.date(2023, 12, 5), 0) == datetime.date(2023, 12, 31)
    assert month_end_after(datetime.date(2023, 9, 30), 3) == datetime.date(2023, 12, 31)
    assert month_end_after(datetime.date(2023, 10, 1), 3) == datetime.date(2024, 1, 31)
