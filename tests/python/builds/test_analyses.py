"""The queries of analyses/ on published tables, each worked out again in pandas."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from dbt_builds import REPOSITORY, Build, compiled, run_dbt

pytestmark = pytest.mark.build

NAMES = sorted(path.stem for path in (REPOSITORY / "analyses").glob("*.sql"))
# What each of these must hold: columns by name, rows in any order.
CHECKS: dict[str, Callable[[Release], pd.DataFrame]] = {}
# On the sample nobody is as unsure as the query asks for.
UNSURE = 0.99
# `minimum_cell_size`: money of fewer customers is withheld.
CELL_SIZE = 10


class Release:
    """The published tables as frames, read when asked for."""

    def __init__(self, build: Build) -> None:
        self.path = build.published / "segments.duckdb"

    def __getattr__(self, name: str) -> pd.DataFrame:
        return self.run(f"select * from {name}")

    def run(self, sql: str) -> pd.DataFrame:
        """Rows of a query; money as numbers, days as timestamps."""
        with duckdb.connect() as connection:
            # The name that compiled queries have for the warehouse.
            connection.execute(f"attach '{self.path}' as build (read_only)")
            connection.execute("use build")
            found = connection.execute(sql)
            money = [
                name for name, kind, *_ in found.description if "DECIMAL" in str(kind)
            ]
            return found.df().astype(dict.fromkeys(money, float))


@pytest.fixture(scope="module")
def release(sample_build) -> Release:
    return Release(sample_build)


@pytest.fixture(scope="module")
def queries(sample_build) -> dict[str, str]:
    """The compiled queries, by name."""
    build = run_dbt(
        home=sample_build.home,
        variables={"transactions": "sample"},
        command="compile",
        options=("--select", "path:analyses"),
    )
    assert build.exit_code == 0, build.output
    return compiled(build, "analyses/*.sql")


def answers(check: Callable[[Release], pd.DataFrame]):
    CHECKS[check.__name__] = check
    return check


@answers
def who_left_champions_last_month(release: Release) -> pd.DataFrame:
    history = release.segment_history
    earlier, later = sorted(history["as_of_date"].unique())[-2:]
    before = history[history["as_of_date"] == earlier].set_index("customer_id")
    now = history[history["as_of_date"] == later].set_index("customer_id")
    left = before.index[before["held_rfm_group"] == "Champions"]
    left = left[now["held_rfm_group"].reindex(left) != "Champions"]
    customers = release.customer_segments.set_index("customer_id").loc[left]
    has_ordered = customers["last_order_date"] > earlier
    grew_older = now.loc[left, "r_score"] < before.loc[left, "r_score"]
    why = pd.Series("no order: frequency fell", left)
    why[grew_older] = "no order: recency fell"
    why[has_ordered] = "ordered since, yet a score fell"
    return pd.DataFrame(
        {
            "customer_id": left,
            "from_date": earlier,
            "to_date": later,
            "rfm_group_now": now.loc[left, "rfm_group"].to_numpy(),
            "why": why.to_numpy(),
            "monetary_value": customers["monetary_value"].to_numpy(),
        }
    )


@answers
def why_did_revenue_change_last_month(release: Release) -> pd.DataFrame:
    bridge = release.revenue_bridge.query("is_complete")
    last = bridge[bridge["month"] == bridge["month"].max()]
    order = last["revenue_change"].abs().sort_values(ascending=False).index
    return last.loc[order, ["month", "reason", "customer_count", "revenue_change"]]


@answers
def what_is_a_cohort_worth_after_a_year(release: Release) -> pd.DataFrame:
    cohorts = release.cohort_revenue.query("months_since == 12 and is_complete")
    columns = ["cohort_month", "customer_count", "cumulative_revenue_per_customer"]
    return cohorts.sort_values("cohort_month")[columns]


@answers
def at_risk_customers_by_revenue(release: Release) -> pd.DataFrame:
    customers = release.customer_segments
    history = release.segment_history
    month_before = sorted(history["as_of_date"].unique())[-2]
    before = history[history["as_of_date"] == month_before]
    late = release.customer_predictions.query("is_at_risk")["customer_id"]
    quiet = customers[customers["customer_id"].isin(late)].sort_values(
        ["spend_at_stake", "customer_id"], ascending=[False, True]
    )
    return pd.DataFrame(
        {
            "customer_id": quiet["customer_id"],
            "recency_days": quiet["recency_days"],
            "running_stake": quiet["spend_at_stake"].cumsum(),
            "previous_segment_name": quiet["customer_id"].map(
                before.set_index("customer_id")["segment_name"]
            ),
        }
    )


@answers
def how_a_cohort_moved_in_a_year(release: Release) -> pd.DataFrame:
    history = release.segment_history
    newest = history["as_of_date"].max()
    year_before = (newest - pd.DateOffset(months=12)).replace(day=1)
    cohort_date = history.loc[history["as_of_date"] >= year_before, "as_of_date"].min()
    both = history[history["as_of_date"] == cohort_date].merge(
        history[history["as_of_date"] == newest], on="customer_id", how="left"
    )
    counts = both.value_counts(["segment_name_x", "segment_name_y"]).reset_index()
    counts.columns = ["segment_then", "segment_now", "customer_count"]
    then = both["segment_name_x"].value_counts()
    counts["share_of_segment_then"] = counts["customer_count"] / counts[
        "segment_then"
    ].map(then)
    return counts.assign(cohort_date=cohort_date)


@answers
def can_i_trust_the_numbers(release: Release) -> pd.DataFrame:
    checks, rejected = release.data_quality, release.rejected_transactions
    reasons = rejected["reason"].value_counts()
    return pd.DataFrame(
        {
            "finding": [
                *checks.loc[checks["verdict"] != "pass", "check_name"],
                *("left out: " + reasons.index),
            ],
            "rows_failed": [
                *checks.loc[checks["verdict"] != "pass", "rows_failed"],
                *reasons,
            ],
        }
    )


@answers
def do_two_algorithms_agree(release: Release) -> pd.DataFrame:
    crosswalk = release.candidate_crosswalk
    rows = []
    for key, pairs in crosswalk.groupby(["algorithm", "segment_count"]):
        customers = pairs.loc[pairs.index.repeat(pairs["customer_count"].astype(int))]
        agreement = adjusted_rand_score(
            customers["segment_id"], customers["candidate_segment"]
        )
        rows.append((*key, agreement))
    return pd.DataFrame(
        rows, columns=["algorithm", "segment_count", "adjusted_rand_index"]
    )


def commonest(names: pd.Series) -> str:
    """The most frequent name; of several, the first of the alphabet."""
    counts = names.value_counts()
    return min(counts.index[counts == counts.max()])


@answers
def how_are_new_customers_developing(release: Release) -> pd.DataFrame:
    customers = release.customer_segments.dropna(subset="first_order_date")
    month = customers["first_order_date"].dt.to_period("M").dt.to_timestamp()
    rows = customers.groupby(month)
    return pd.DataFrame(
        {
            "customer_count": rows.size(),
            "returned_count": rows["btyd_frequency"].apply(lambda n: (n > 0).sum()),
            "returned_share": rows["btyd_frequency"].apply(lambda n: (n > 0).mean()),
            "revenue_per_customer": rows["lifetime_revenue"].mean(),
            "commonest_segment": rows["segment_name"].apply(commonest),
        }
    ).reset_index(names="first_month")


@answers
def how_did_each_segment_develop(release: Release) -> pd.DataFrame:
    sizes = release.segment_history.pivot_table(
        index="as_of_date", columns="segment_name", aggfunc="size"
    )
    found = sizes.stack().dropna().rename("customer_count").reset_index()
    # A segment that has nobody in a month has no row, and the one before counts.
    found["customer_change"] = found.groupby("segment_name")["customer_count"].diff()
    return found.rename(columns={"as_of_date": "month"})


@answers
def what_is_each_segment_worth(release: Release) -> pd.DataFrame:
    customers = release.customer_segments
    rows = customers.groupby("segment_name")["lifetime_revenue"]
    return pd.DataFrame(
        {
            "customer_count": rows.size(),
            "customer_share": rows.size() / len(customers),
            "revenue": rows.sum(),
            "revenue_share": rows.sum() / customers["lifetime_revenue"].sum(),
            "revenue_per_customer": rows.mean(),
        }
    ).reset_index()


@answers
def what_makes_a_segment_different(release: Release) -> pd.DataFrame:
    profiles = release.segment_profiles
    strongest = profiles[profiles["driver_rank"].isin([1, 2, 3])]
    for _, rows in profiles.groupby("segment_id"):
        others = rows.loc[~rows.index.isin(strongest.index), "effect_size"].abs()
        assert (
            strongest.loc[strongest.index.isin(rows.index), "effect_size"].abs().min()
            >= others.max()
        )
    return strongest[["segment_name", "feature_label", "effect_size", "overall_median"]]


@answers
def where_is_revenue_at_risk(release: Release) -> pd.DataFrame:
    customers = release.customer_predictions.merge(
        release.customer_segments[["customer_id", "segment_name"]]
    )
    rows = customers.groupby("segment_name")
    at_stake = rows["spend_at_stake"].sum(min_count=1)
    # Of a few customers it is withheld.
    counts = (customers["spend_at_stake"] > 0).groupby(customers["segment_name"]).sum()
    at_stake = at_stake.mask(counts.between(1, CELL_SIZE - 1))
    return pd.DataFrame(
        {
            "at_risk_count": rows["is_at_risk"].sum().astype(int),
            "revenue_at_risk": at_stake,
            "at_risk_share": at_stake / rows["expected_spend"].sum(min_count=1),
        }
    ).reset_index(names="segment_name")


@answers
def who_holds_the_top_of_revenue(release: Release) -> pd.DataFrame:
    customers = release.customer_segments.query("lifetime_revenue > 0").sort_values(
        ["lifetime_revenue", "customer_id"], ascending=[False, True]
    )
    # Cents, as whole numbers: a tenth ends where it ends.
    cents = (customers["lifetime_revenue"] * 100).round().astype(int)
    tenth = -(-cents.cumsum() * 10 // cents.sum())
    rows = customers.groupby(tenth)
    return pd.DataFrame(
        {
            "customer_count": rows.size(),
            "smallest_revenue": rows["lifetime_revenue"].min(),
            "commonest_segment": rows["segment_name"].apply(commonest),
        }
    ).reset_index(names="revenue_tenth")


@answers
def who_is_between_two_segments(release: Release) -> pd.DataFrame:
    unsure = release.customer_segments.query(f"confidence < {UNSURE}")
    rows = unsure.groupby(["segment_name", "next_segment_name"])
    return pd.DataFrame(
        {
            "customer_count": rows.size(),
            "mean_confidence": rows["confidence"].mean(),
            "revenue": rows["lifetime_revenue"].sum(),
        }
    ).reset_index()


@answers
def who_lives_on_discounts(release: Release) -> pd.DataFrame:
    rows = release.customer_segments.groupby("segment_name")
    return pd.DataFrame(
        {
            "customer_count": rows.size(),
            "median_discount_share": rows["discount_share"].median(),
            "median_return_share": rows["return_share"].median(),
            "median_order_value": rows["average_order_value"].median(),
            "revenue": rows["lifetime_revenue"].sum(),
        }
    ).reset_index()


def test_every_query_is_worked_out_again():
    assert sorted(CHECKS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_right(queries, release, name):
    expected = CHECKS[name](release)
    sql = queries[name]
    if name == "who_is_between_two_segments":
        assert "confidence < 0.6" in sql
        sql = sql.replace("confidence < 0.6", f"confidence < {UNSURE}")
    found = release.run(sql)
    assert len(found), "an answer without rows shows nothing"
    assert set(expected) <= set(found)
    key = [
        column
        for column in expected
        if not pd.api.types.is_float_dtype(expected[column])
    ]
    pd.testing.assert_frame_equal(
        found[list(expected)]
        .astype(expected.dtypes.to_dict())
        .sort_values(key, ignore_index=True),
        expected.sort_values(key, ignore_index=True),
        check_dtype=False,
        rtol=1e-9,
    )


def test_the_first_answer_is_the_most_valuable(queries, release):
    for name, column in (
        ("at_risk_customers_by_revenue", "spend_at_stake"),
        ("who_left_champions_last_month", "monetary_value"),
        ("what_is_each_segment_worth", "revenue"),
        ("where_is_revenue_at_risk", "revenue_at_risk"),
    ):
        known = release.run(queries[name])[column].dropna()
        assert known.is_monotonic_decreasing, name
