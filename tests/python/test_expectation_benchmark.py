"""The benchmark of the expectation: its peer's published answers, and a tiny run."""

import sys

import numpy as np
import pandas as pd
import pytest
from conftest import REPOSITORY, shared_file

sys.path.insert(0, str(REPOSITORY / "benchmarks"))

from expectation import fit_peer, peer_orders, peer_row  # noqa: E402


def test_the_peer_finds_what_was_published_of_cdnow():
    rows = [line.split()[1:3] for line in shared_file("cdnow_sample.txt").open()]
    days = pd.DataFrame(rows, columns=["customer", "day"]).drop_duplicates()
    days["day"] = pd.to_datetime(days["day"], format="%Y%m%d")
    end = pd.Timestamp("1997-09-30")
    found = (
        days[days["day"] <= end].groupby("customer")["day"].agg(["min", "max", "size"])
    )
    x = found["size"].to_numpy(float) - 1
    last = (found["max"] - found["min"]).dt.days.to_numpy() / 7
    age = (end - found["min"]).dt.days.to_numpy() / 7

    parameters = fit_peer(x, last, age)

    assert parameters == pytest.approx((0.2426, 4.4136, 0.7930, 2.4261), abs=5e-3)
    expected, _ = peer_orders(parameters, x, last, age, 39)
    assert expected.sum() == pytest.approx(1653, abs=2)


def test_the_peer_is_compared_on_a_few_customers():
    rng = np.random.default_rng(0)
    days = 1 + rng.poisson(3, 200)
    customers = pd.DataFrame(
        {
            "repeat_days": days - 1,
            "order_days": days,
            "age_days": 300.0,
            "wait_days": np.where(days > 1, 40.0, 300.0),
            "net_amount": 20.0 * days + rng.random(200),
            "next_spend": 10.0 * days,
            "next_order_days": rng.integers(0, 2, 200),
        }
    )

    row = peer_row(customers)

    assert 0 < row["total_ratio"] < 5
    assert np.isfinite(row["mean_absolute_error"])
