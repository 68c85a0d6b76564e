"""What chance does to customers, on shops in which it is known what else does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.over_time.chance import (
    FEWEST,
    Chance,
    dispersion,
    movement_by_chance,
)
from segmentation.preparing.preprocessing import fit_preprocessing, transform

FEATURES = [
    "orders_per_month_recent",
    "spend_per_month_recent",
    "orders_per_month",
    "recency_days",
]
LABELS = pd.DataFrame(
    [
        ("orders_per_month_recent", "ratio", "observed_days_recent", "rate", None, 0),
        ("spend_per_month_recent", "money", "observed_days_recent", "spend", None, 0),
        ("orders_per_month", "ratio", "observed_days", "rate", None, 0),
        ("recency_days", "days", None, None, 730, 30),
        ("average_order_value", "money", "window_order_count", "3", None, 0),
    ],
    columns=["feature", "unit", "evidence", "prior", "value_cap", "log_offset"],
).assign(weight=None)
LAST_DAY, HALF_A_YEAR = 730, 182


def features_at(days: list[np.ndarray], day: int) -> pd.DataFrame:
    """Return features of customers whose order days are given, as of a day."""
    rows = []
    for number, own in enumerate(days):
        past = np.unique(own[own <= day])
        if not len(past):
            continue
        gaps = np.diff(past)
        recent = (past > day - 91).sum() * 30 / 91
        rows.append(
            {
                "customer_id": f"c{number:04}",
                "tenure_days": day - past[0],
                "recency_days": day - past[-1],
                "observed_days": day - past[0],
                "observed_days_recent": min(91, day - past[0]),
                "orders_per_month": 30 * (len(past) - 1) / max(day - past[0], 1),
                "orders_per_month_recent": recent,
                "spend_per_month_recent": 20 * recent,
                "average_order_value": 20.0,
                "order_value_cv": 0.0,
                "window_order_count": len(past),
                "gap_count": len(gaps),
                "interpurchase_days_mean": gaps.mean() if len(gaps) else np.nan,
                "interpurchase_cv": gaps.std() / gaps.mean()
                if len(gaps) > 1
                else np.nan,
            }
        )
    return pd.DataFrame(rows)


def ordered(rates: np.ndarray, rng, factor: np.ndarray) -> list[np.ndarray]:
    """Return order days of two years: a rate a day, times a factor in the last half."""
    days = np.arange(LAST_DAY + 1)
    change = np.where(days > LAST_DAY - HALF_A_YEAR, factor[:, None], 1)
    return [
        days[rng.random(len(days)) < np.minimum(chance, 1)]
        for chance in rates[:, None] * change
    ]


def fitted_on(now: pd.DataFrame) -> pd.DataFrame:
    return fit_preprocessing(
        frame=now,
        labels=LABELS,
        segment_features=[*FEATURES, "average_order_value"],
        skew_limit=1.0,
        winsor_share=0.01,
        smallest_category_share=0.02,
        categorical_weight=0.5,
    )


def chance_of(days: list[np.ndarray]) -> Chance:
    now, before = (features_at(days, at) for at in (LAST_DAY, LAST_DAY - HALF_A_YEAR))
    return movement_by_chance(
        now=now, before=before, fitted=fitted_on(now), settling_days=120
    )


@pytest.fixture(scope="module")
def rates():
    return np.random.default_rng(1).gamma(2, 1 / 30, 800)


def test_where_nothing_changes_chance_is_all_there_is(rates):
    found = chance_of(ordered(rates, np.random.default_rng(2), np.ones(800)))
    assert found.chance_share == pytest.approx(1, abs=0.2)


def test_where_customers_change_chance_explains_less(rates):
    rng = np.random.default_rng(2)
    factor = np.exp(rng.normal(0, 1.5, 800))
    assert chance_of(ordered(rates, rng, factor)).chance_share < 0.7


def test_ninety_nine_in_a_hundred_stay_within_the_reach_of_chance(rates):
    rng = np.random.default_rng(2)
    days = ordered(rates, rng, np.ones(800))
    now, before = (features_at(days, at) for at in (LAST_DAY, LAST_DAY - HALF_A_YEAR))
    fitted = fitted_on(now)
    both = now.merge(before[["customer_id"]], on="customer_id")
    then = both[["customer_id"]].merge(before, on="customer_id")
    moved = transform(frame=both, fitted=fitted) - transform(frame=then, fitted=fitted)
    distances = np.linalg.norm(moved[both["tenure_days"] > 300], axis=1)
    within = (distances <= chance_of(days).chance_reach).mean()
    assert 0.95 <= within < 1


def test_regular_customers_leave_less_to_chance_than_dice():
    dice = [
        np.flatnonzero(np.random.default_rng(n).random(731) < 0.1) for n in range(99)
    ]
    assert dispersion(features_at(dice, LAST_DAY)) == pytest.approx(1, abs=0.1)
    monthly = [np.arange(n % 30, 731, 30) for n in range(99)]
    assert dispersion(features_at(monthly, LAST_DAY)) == 0
    assert chance_of(monthly * 2).chance_share == 0


def test_of_few_customers_nothing_is_said(rates):
    days = ordered(rates, np.random.default_rng(2), np.ones(800))
    assert chance_of(days[: FEWEST // 2]) == Chance()
