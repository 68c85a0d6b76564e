"""What is said of segments is true: of the sample, and of shops known to be quiet."""

from __future__ import annotations

import pytest

from dbt_builds import Build
from published_claims import (
    frame,
    rules_as_they_run,
    shares_who_are_what_the_name_says,
)
from quiet_shops import SHOPS

pytestmark = pytest.mark.build
# Words that speak of change, of habits, or of people who have gone.
CHANGE = ("Lapsed", "Silent", "Picking Up", "Winding Down", "silent", "slowing")
HABITS = ("Regular", "Frequent", "Weekend", "Weekday", "Clockwork", "Burst", "Hunter")


def names_and_rules_hold(build: Build) -> None:
    shares = shares_who_are_what_the_name_says(build)
    assert min(shares.values(), default=1.0) >= 0.6, shares
    for published, measured in rules_as_they_run(build).values():
        assert published == pytest.approx(measured, abs=1e-9)


def test_the_samples_names_are_true_of_its_customers(sample_build):
    assert len(shares_who_are_what_the_name_says(sample_build)) >= 5
    names_and_rules_hold(sample_build)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SHOPS))
def test_names_and_rules_are_true_of_the_customers_published(quiet_build, name):
    names_and_rules_hold(quiet_build(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nothing_changes", "one_giant"])
def test_where_nothing_changes_nobody_has_left(quiet_build, name):
    build = quiet_build(name)
    people = frame(build, "from customer_predictions")

    assert people["lifecycle"].isin(["overdue", "lapsed"]).mean() < 0.05
    at_stake = people["spend_at_stake"].sum()
    assert at_stake < 0.05 * people["expected_spend"].sum()
    assert not [
        title
        for (title,) in build.query("select segment_name from segments")
        if any(word in title for word in CHANGE)
    ]
    # The settled of the first year are in the same proportions in the last month.
    sizes = frame(
        build,
        "select as_of_date, segment_id, count(*) as n from segment_history"
        " where is_settled group by all",
    ).pivot(index="as_of_date", columns="segment_id", values="n")
    shares = sizes.fillna(0).div(sizes.sum(axis=1), axis=0)
    assert (shares.iloc[-1] - shares.iloc[-12]).abs().max() < 0.1


@pytest.mark.slow
def test_weekly_customers_are_active_and_left_alone(quiet_build):
    people = frame(quiet_build("weekly_grocer"), "from customer_segments")

    assert (people["lifecycle"] == "active").mean() >= 0.98
    assert set(people["action_id"]) <= {"keep_close", "grow", "keep_rhythm"}
    assert people["spend_at_stake"].sum() == 0


@pytest.mark.slow
def test_of_one_order_nothing_is_foretold_and_no_habit_is_found(quiet_build):
    build = quiet_build("one_order_each")
    people = frame(build, "from customer_segments")
    segments = frame(build, "from segments")

    assert set(people["action_id"]) == {"by_rank"}
    assert people["expected_spend"].isna().all()
    assert segments["revenue_at_risk"].isna().all()
    assert segments["withheld_reason"].str.contains("have ordered on two days").all()
    assert not [
        title
        for title in segments["segment_name"]
        if any(word in title for word in (*HABITS, "Lapsed"))
    ]


@pytest.mark.slow
def test_before_a_season_nobody_has_seen_there_is_no_sum_at_risk(quiet_build):
    build = quiet_build("one_season")
    segments = frame(build, "from segments where is_clustered")
    actions = frame(build, "from segment_actions")

    assert segments["revenue_at_risk"].isna().all()
    assert set(segments["withheld_reason"]) == {
        "the season ahead has not been seen for a year"
    }
    assert actions["spend_at_stake"].isna().all()


@pytest.mark.slow
def test_running_contracts_are_neither_late_nor_at_risk(quiet_build):
    people = frame(quiet_build("yearly_contracts"), "from customer_segments")

    assert set(people["situation"]) == {"under contract"}
    assert set(people["action_id"]) == {"renew"}
    assert not people["is_at_risk"].any()
    assert people["spend_at_stake"].sum() == 0
