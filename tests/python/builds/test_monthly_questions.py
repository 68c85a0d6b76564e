"""Cohorts, bridge and concentration against pandas, which reads the source itself."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from dbt_builds import example, shared_file
from expectation_trials import built, table

pytestmark = [pytest.mark.build, pytest.mark.slow]

MARTS = (
    "+revenue_bridge",
    "+cohort_retention",
    "+cohort_revenue",
    "+second_orders",
    "+revenue_concentration",
)


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    """The marts of CDNOW's sample, and its lines as pandas reads them."""
    path = shared_file("cdnow_sample.txt")
    lines = pd.DataFrame(
        [line.split() for line in path.open()],
        columns=["master", "customer", "day", "units", "money"],
    )
    lines["day"] = pd.to_datetime(lines["day"], format="%Y%m%d")
    lines["cents"] = [int(Decimal(money) * 100) for money in lines["money"]]
    variables = {**example("cdnow"), "as_of_date": None, "minimum_cell_size": 1}
    return built(tmp_path_factory.mktemp("cdnow"), variables, *MARTS), lines


def test_cohorts_of_cdnow_are_those_of_pandas(cdnow):
    database, lines = cdnow
    paid = lines[lines["cents"] > 0]
    first = paid.groupby("customer")["day"].min().dt.to_period("M")
    frame = paid.assign(
        cohort=paid["customer"].map(first), month=paid["day"].dt.to_period("M")
    )
    groups = frame.groupby(["cohort", "month"])
    expected = pd.DataFrame(
        {"cents": groups["cents"].sum(), "customers": groups["customer"].nunique()}
    )
    assert set(first) == set(pd.period_range("1997-01", "1997-03", freq="M"))

    found = table(
        database,
        "select cohort_month, month, active_customers, revenue, cumulative_revenue"
        " from cohort_revenue inner join cohort_retention"
        " using (cohort_month, months_since, month)",
    )

    assert len(found) == 18 + 17 + 16
    months = [
        (
            pd.Timestamp(row.cohort_month).to_period("M"),
            pd.Timestamp(row.month).to_period("M"),
        )
        for row in found.itertuples()
    ]
    expected = expected.reindex(months, fill_value=0)
    assert (found["revenue"] * 100).round().tolist() == expected["cents"].tolist()
    assert found["active_customers"].tolist() == expected["customers"].tolist()
    last = found.sort_values("month").groupby("cohort_month")["cumulative_revenue"]
    assert round(last.last().sum() * 100) == lines["cents"].sum()


def test_second_orders_of_cdnow_are_those_of_pandas(cdnow):
    database, lines = cdnow
    days = lines[lines["cents"] > 0].drop_duplicates(["customer", "day"])
    days = days.sort_values("day").groupby("customer")["day"]
    first, second = days.nth(0), days.nth(1)
    frame = pd.DataFrame(
        {
            "first": pd.Series(first.to_numpy(), lines.loc[first.index, "customer"]),
            "second": pd.Series(second.to_numpy(), lines.loc[second.index, "customer"]),
        }
    )
    wait = (frame["second"] - frame["first"]).dt.days
    found = table(database, "select * from second_orders")

    assert set(found["days_since_first"]) == {30, 60, 90, 180, 365}
    for row in found.itertuples():
        cohort = pd.Timestamp(row.cohort_month).to_period("M")
        of_cohort = frame["first"].dt.to_period("M") == cohort
        assert row.customer_count == of_cohort.sum()
        within = wait[of_cohort] <= row.days_since_first
        assert row.second_order_customers == within.sum()


def test_the_top_of_cdnow_is_that_of_pandas(cdnow):
    database, lines = cdnow
    newest = lines["day"].max()
    year = lines[lines["day"] > newest - pd.DateOffset(years=1)]
    # Whole months: the twelve that end with the newest.
    year = year[year["day"].dt.to_period("M") > (newest.to_period("M") - 12)]
    spent = year.groupby("customer")["cents"].sum()
    spent = spent[spent > 0].sort_values(ascending=False)
    found = table(database, "select * from revenue_concentration")

    for row in found.itertuples():
        top = spent.iloc[: -int(-row.top_share * len(spent) // 1)]
        assert row.customer_count == len(top)
        assert round(row.revenue * 100) == top.sum()


@pytest.mark.parametrize("name", ["cdnow", "sample", "online_retail"])
def test_a_bridge_adds_up_to_the_cent(name, cdnow, sample_build, tmp_path):
    if name == "online_retail":
        database = built(tmp_path, example("online_retail"), MARTS[0])
    else:
        database = {
            "cdnow": cdnow[0],
            "sample": sample_build.home / "build.duckdb",
        }[name]
    changes = table(
        database,
        "select month, sum(cast(revenue_change * 100 as bigint)) as cents,"
        " bool_or(is_withheld) as is_withheld from revenue_bridge group by month"
        " order by month",
    )
    revenue = table(
        database,
        "select date_trunc('month', ordered_date) as month,"
        " sum(cast(net_amount * 100 as bigint)) as cents from int_orders"
        " where ordered_date <= (select max(month_end) from int_calendar_months)"
        " group by all order by all",
    )

    assert len(changes) == len(revenue) - 1 > 2
    assert not changes["is_withheld"].any()
    assert changes["cents"].tolist() == revenue["cents"].diff()[1:].astype(int).tolist()
