"""Campaigns in whole builds: drawn before the start, judged after it."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from campaign_shop import (
    ROWS,
    variables,
    write_orders_after,
    write_orders_before,
    write_rows,
)
from dbt_builds import DATA_TESTS_ONLY, Build, project_with, run_dbt
from letter_shop import EFFECT, write
from segmentation.publishing.erasure import erase
from segmentation.releases.published_campaigns import (
    ASSIGNMENTS_SCHEMA,
    read_published_campaigns,
)
from segmentation.releases.rollback import roll_back

pytestmark = [pytest.mark.build, pytest.mark.slow]

ASSIGNED = "select * from campaign_assignments order by campaign_id, customer_id"


@dataclass(frozen=True)
class Drawn:
    """What was published the day before the start."""

    folder: Path
    assigned: list[tuple]
    shares: list[tuple]
    outside: int
    statuses: list[tuple]
    lists: dict[str, set[str]]

    def ids(self, campaign: str, arm: str) -> list[str]:
        """The customers of an arm, in order."""
        return sorted(
            row[1] for row in self.assigned if row[0] == campaign and row[2] == arm
        )


def listed(build: Build, campaign: str) -> set[str]:
    path = build.published / "audiences" / "campaigns" / f"{campaign}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["customer_id"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Drawn:
    folder = tmp_path_factory.mktemp("campaigns")
    write_orders_before(folder)
    build = run_dbt(home=folder / "home", variables=variables(folder))
    assert build.exit_code == 0, build.output
    return Drawn(
        folder=folder,
        assigned=build.query(ASSIGNED),
        shares=build.query(
            "select count(*), count(*) filter (where arm = 'held_out'),"
            " any_value(holdout_share) from campaign_assignments"
            " inner join (select distinct campaign_id, holdout_share"
            " from campaign_results) using (campaign_id)"
            " group by campaign_id, segment_id"
        ),
        outside=build.value(
            "select count(*) from campaign_assignments"
            " inner join customer_segments using (customer_id)"
            " where campaign_id = 'active' and not"
            " (recency_days <= 120 and order_count >= 2)"
        ),
        statuses=build.query("select distinct status, lift from campaign_results"),
        lists={name: listed(build, name) for name in ROWS},
    )


@pytest.fixture(scope="module")
def judged(drawn) -> Build:
    """The same home a quarter later: new data, a refit, one thread, rows turned."""
    folder, held_out = drawn.folder, drawn.ids("autumn", "held_out")
    treated = drawn.ids("autumn", "treated")
    lost = set(drawn.ids("lapsed", "held_out")[::3])
    write_orders_after(folder, treated=set(treated), lost=lost)
    contacts = [("autumn", one, "2024-10-01") for one in treated[10:]]
    contacts += [("autumn", one, "2024-10-02") for one in held_out[:5]]
    contacts += [
        ("autumn", "nobody", "2024-10-01"),
        ("autumn", "", "2024-10-01"),
        ("summer", treated[0], "2024-10-01"),
    ]
    header = ("campaign_id", "customer_id", "contacted_at")
    write_rows(folder / "contacts.csv", header, contacts)
    build = run_dbt(
        home=folder / "home",
        variables=variables(
            folder, contacts=str(folder / "contacts.csv"), refit="always", threads=1
        ),
    )
    assert build.exit_code == 0, build.output
    return build


def test_shares_are_exact_in_each_segment(drawn):
    assert len(drawn.shares) > 10
    for customers, held_out, share in drawn.shares:
        assert held_out == int(customers * share + 0.5)


def test_an_audience_is_whoever_meets_its_condition_on_the_day(drawn):
    assert drawn.outside == 0
    assert len(drawn.ids("active", "treated")) > 100
    assert drawn.statuses == [("planned", None)]


def test_a_list_holds_whom_to_contact_and_nobody_who_is_held_out(drawn):
    for campaign, ids in drawn.lists.items():
        assert ids == set(drawn.ids(campaign, "treated")), campaign


def test_new_data_a_refit_threads_and_row_order_draw_nobody_anew(drawn, judged):
    assert judged.value("select count(*) from publications") == 2
    assert judged.query(ASSIGNED) == drawn.assigned


def test_the_planted_effect_is_found_and_covered(judged):
    ((status, lift, low, high, spend, customers, removed, cost, back),) = judged.query(
        "select status, lift, lift_low, lift_high, treated_spend, treated_customers,"
        " variance_removed, cost, return_on_cost from campaign_results"
        " where campaign_id = 'autumn' and segment_id = 'all'"
    )
    true = float(spend) * EFFECT / (1 + EFFECT) / customers

    assert status == "final"
    assert lift > 0
    assert low < true < high
    assert 0 < removed < 1
    assert float(cost) == 0.5 * (customers - 10)
    assert back == pytest.approx((lift * customers - float(cost)) / float(cost))


def test_arms_of_a_final_campaign_add_up_to_what_was_spent(judged):
    """Segments to all of them, and all of them to the orders themselves."""
    ((total, parts),) = judged.query(
        "select sum(treated_customers) filter (where segment_id = 'all'),"
        " sum(treated_customers) filter (where segment_id <> 'all')"
        " from campaign_results where campaign_id = 'autumn'"
    )
    assert total == parts
    assert (
        judged.value(
            "select count(*) from campaign_results where segment_id <> 'all'"
            " and lift is not null"
            " and least(treated_customers, held_out_customers) < 100"
        )
        == 0
    )


def test_customers_lost_from_one_arm_refuse_the_campaign(judged):
    rows = judged.query(
        "select distinct status, lift, mismatch_p_value < 0.001 from campaign_results"
        " where campaign_id = 'lapsed'"
    )
    assert rows == [("refused", None, True)]


def test_a_running_campaign_has_no_p_value(judged):
    rows = judged.query(
        "select distinct status, p_value from campaign_results"
        " where campaign_id = 'christmas'"
    )
    assert rows == [("running", None)]


def test_contacts_are_counted_and_those_of_nobody_are_set_aside(drawn, judged):
    assert judged.query(
        "select reason, campaign_id, customer_id from rejected_contacts order by 1"
    ) == [
        ("no customer id", "autumn", None),
        ("unknown campaign", "summer", drawn.ids("autumn", "treated")[0]),
        ("unknown customer", "autumn", "nobody"),
    ]
    ((reached, held_out),) = judged.query(
        "select contacted_customers, held_out_contacted from campaign_results"
        " where campaign_id = 'autumn' and segment_id = 'all'"
    )
    assert (reached, held_out) == (len(drawn.ids("autumn", "treated")) - 10, 5)


def test_customers_of_two_campaigns_are_in_both_and_counted(drawn, judged):
    both = set(drawn.ids("active", "treated"))
    autumn = {row[1] for row in drawn.assigned if row[0] == "autumn"}
    christmas = set(drawn.ids("christmas", "treated"))
    assert judged.value(
        "select overlap_customers from campaign_results"
        " where campaign_id = 'autumn' and segment_id = 'all'"
    ) == len(autumn & (both | christmas))


@pytest.mark.parametrize(
    ("row", "models", "words"),
    [
        (
            ROWS["autumn"] | {"audience": "recency_days <= 90"},
            ("campaigns_that_began_are_unchanged",),
            "The campaign autumn has begun and was changed.",
        ),
        (
            ROWS["autumn"] | {"holdout_share": "0.4"},
            ("campaigns_that_began_are_unchanged",),
            "0.4 held out",
        ),
        (
            ROWS["christmas"] | {"campaign_id": "new", "audience": "Big Spenders"},
            ("campaign_assignments", "campaign_audiences_are_not_empty"),
            "The campaign new is for nobody.",
        ),
        (
            ROWS["autumn"] | {"campaign_id": "new", "ends_on": "2024-09-01"},
            (),
            "The campaign 'new' cannot have '2024-09-01' as ends_on.",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_the_release_stays(
    drawn, judged, tmp_path, row, models, words
):
    home = shutil.copytree(judged.home, tmp_path / "home", symlinks=True)
    write(tmp_path / "campaigns.csv", [row])
    asked = variables(drawn.folder, campaigns=str(tmp_path / "campaigns.csv"))

    asked_for = ("--select", "int_campaigns", *models)
    build = run_dbt(home=home, variables=asked, options=(*asked_for, *DATA_TESTS_ONLY))

    assert build.exit_code != 0
    assert words in build.output
    assert "Traceback" not in build.output


def test_an_erased_person_is_gone_and_what_is_final_keeps_its_sums(
    drawn, judged, tmp_path
):
    """And a campaign that is in the input no more, and a holdout of everything."""
    home = shutil.copytree(judged.home, tmp_path / "home", symlinks=True)
    seed = tmp_path / "erased_customers.csv"
    person = drawn.ids("autumn", "treated")[0]
    final = "select * from campaign_results where campaign_id = 'autumn' order by all"
    before = judged.query(final)

    erase(customer_id=person, home=home, seed=seed, folders=[])
    erased = Build(home, 0, "")
    assert person not in {row[1] for row in erased.query(ASSIGNED)}
    assert person not in listed(erased, "autumn")
    assert erased.query(final) == before

    write(tmp_path / "campaigns.csv", [ROWS["christmas"]])
    build = run_dbt(
        home=home,
        variables=variables(
            drawn.folder,
            campaigns=str(tmp_path / "campaigns.csv"),
            global_holdout_share=0.1,
        ),
        project=project_with(
            tmp_path / "project", {"seeds/erased_customers.csv": seed.read_text()}
        ),
    )

    assert build.exit_code == 0, build.output
    assert build.query(ASSIGNED) == [row for row in drawn.assigned if row[1] != person]
    assert build.query(final) == before
    everybody = build.value("select count(*) from customer_segments")
    lists = [*(build.published / "audiences").rglob("*.csv")]
    seen = set()
    for path in lists:
        if path.name != "changes.csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                seen |= {row["customer_id"] for row in csv.DictReader(file)}
    assert 0.86 < len(seen) / everybody < 0.94


def test_going_back_a_release_draws_nothing_anew(judged, tmp_path):
    home = shutil.copytree(judged.home, tmp_path / "home", symlinks=True)
    roll_back(home)
    rows = read_published_campaigns("campaign_assignments", ASSIGNMENTS_SCHEMA, home)

    assert [tuple(row.values()) for row in rows.to_pylist()] == judged.query(ASSIGNED)


def test_the_sample_of_a_shop_without_campaigns_has_empty_tables(sample_build):
    for table in ("campaign_assignments", "campaign_results", "rejected_contacts"):
        assert sample_build.value(f"select count(*) from {table}") == 0
    assert not (sample_build.published / "audiences" / "campaigns").exists()
