"""Shops of which it is known what may be said: nothing else is."""

from __future__ import annotations

import re

import pytest

import plain_shops
from dbt_builds import Build, run_dbt
from published_claims import (
    frame,
    rules_as_they_run,
    shares_who_are_what_the_name_says,
)
from report_claims import check_page, part, plain
from segmentation.releases.release_folder import DATABASE
from segmentation.report.__main__ import read_tables

pytestmark = pytest.mark.build
# Words that speak of change, of habits, or of people who have gone.
CHANGE = ("Lapsed", "Silent", "Picking Up", "Winding Down", "silent", "slowing")
HABITS = ("Regular", "Frequent", "Weekend", "Weekday", "Clockwork", "Burst", "Hunter")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A shop's release; each is built once."""
    folder = tmp_path_factory.mktemp("plain")
    builds: dict[str, Build] = {}

    def build(name: str) -> Build:
        if name not in builds:
            path = plain_shops.write(folder, name)
            done = run_dbt(home=folder / name, variables={"transactions": str(path)})
            assert done.exit_code == 0, done.output
            builds[name] = done
        return builds[name]

    return build


def names_and_rules_hold(build: Build) -> None:
    shares = shares_who_are_what_the_name_says(build)
    assert min(shares.values(), default=1.0) >= 0.6, shares
    for published, measured in rules_as_they_run(build).values():
        assert published == pytest.approx(measured, abs=1e-9)


def test_the_samples_names_are_true_of_its_customers(sample_build):
    assert len(shares_who_are_what_the_name_says(sample_build)) >= 5
    names_and_rules_hold(sample_build)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(plain_shops.SHOPS))
def test_names_and_rules_are_true_of_the_customers_published(built, name):
    names_and_rules_hold(built(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["steady", "giant"])
def test_where_nothing_changes_nobody_has_left(built, name):
    build = built(name)
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
def test_weekly_customers_are_active_and_left_alone(built):
    people = frame(built("weekly"), "from customer_segments")

    assert (people["lifecycle"] == "active").mean() >= 0.98
    assert set(people["action_id"]) <= {"keep_close", "grow", "keep_rhythm"}
    assert people["spend_at_stake"].sum() == 0


@pytest.mark.slow
def test_of_one_order_nothing_is_foretold_and_no_habit_is_found(built):
    build = built("one_order")
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
def test_before_a_season_nobody_has_seen_there_is_no_sum_at_risk(built):
    build = built("seasonal")
    segments = frame(build, "from segments where is_clustered")
    actions = frame(build, "from segment_actions")

    assert segments["revenue_at_risk"].isna().all()
    assert set(segments["withheld_reason"]) == {
        "the season ahead has not been seen for a year"
    }
    assert actions["spend_at_stake"].isna().all()


@pytest.mark.slow
def test_running_contracts_are_neither_late_nor_at_risk(built):
    people = frame(built("yearly"), "from customer_segments")

    assert set(people["situation"]) == {"under contract"}
    assert set(people["action_id"]) == {"renew"}
    assert not people["is_at_risk"].any()
    assert people["spend_at_stake"].sum() == 0


# Said only where something is lost: late customers are counted apart.
ALARM = re.compile(r"at risk|gone quiet|slipping|win back|have lapsed", re.IGNORECASE)


def page_of(build: Build) -> str:
    return (build.published / "report.html").read_text("utf-8")


def first_screen(page: str) -> dict[str, str]:
    """The head and the cards of the page in words, '' where one is not there."""
    refused = re.search(r'<p class="refused">(.*?)</p>', page)
    cards = ("expect", "needs", "lists", "changed", "plan")
    return {
        "header": plain(page[page.index("<header") : page.index("</header>")]),
        "refused": plain(refused.group(1)) if refused else "",
        **{name: plain(part(page, "article", name)) for name in cards},
    }


def counted(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found.group(1).replace(",", "")) if found else 0


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(plain_shops.SHOPS))
def test_every_claim_of_the_page_is_so(built, name):
    build = built(name)
    found = check_page(page_of(build), read_tables(build.published / DATABASE))
    assert [one for one in found if not one.is_true] == [] and len(found) > 8


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(plain_shops.SHOPS))
def test_the_page_raises_no_alarm(built, name):
    build = built(name)
    told = first_screen(page_of(build))
    customers = build.value("select count(*) from customer_segments")
    heads = told["needs"].split("Lifecycle Customers")[0]
    if name != "seasonal":
        assert not ALARM.search(f"{told['header']} {heads} {told['changed']}")
    late = counted(r"([\d,]+) late customers?", heads)
    if name in ("weekly", "yearly"):
        assert late == 0 and "late" not in told["lists"].lower()
    elif name != "seasonal":
        assert late < 0.05 * customers
    # Who moves although nothing has changed is few, or called noise.
    moved = counted(r"([\d,]+) customers? changed segment", told["changed"])
    if name in ("steady", "weekly", "giant"):
        assert moved < 0.05 * customers or "Part of this is noise" in told["changed"]


@pytest.mark.slow
def test_what_is_not_known_is_said_to_be_so(built):
    told = first_screen(page_of(built("one_order")))
    assert told["refused"].startswith("Nothing is predicted yet: fewer than 40")
    assert not told["expect"] and not told["needs"]
    page = page_of(built("seasonal"))
    told = first_screen(page)
    assert "for the season." in told["expect"]
    assert "puts" not in told["needs"] and " put " not in told["needs"]
    page = page_of(built("yearly"))
    assert "under a yearly contract" in first_screen(page)["needs"]
    page = page_of(built("giant"))
    assert "Fewer than 10 customers are expected to bring half" in page
    assert "one customer is expected to bring more than all the others" in page
    assert not first_screen(page)["plan"].count("test on all")
