"""What the playbook says of customers is true of those it is said of."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import duckdb
import pytest

import recomputed
from dbt_builds import compiled

pytestmark = pytest.mark.build

PLAYBOOK = {row["action_id"]: row for row in recomputed.seed("playbook")}
CELL_SIZE = 10


@pytest.fixture(scope="module")
def people(sample_build) -> list[dict]:
    """Customers with their predictions, as published."""
    path = str(sample_build.published / "segments.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        found = connection.execute(
            "select segments.segment_id, segments.situation, segments.action_id"
            ", segments.recommended_action, segments.action_priority"
            ", segments.first_order_date, predictions.*"
            " from customer_segments as segments"
            " join customer_predictions as predictions using (customer_id)"
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def situation_of(person: dict) -> str:
    if person["first_order_date"] is None:
        return "no orders"
    if person["lifecycle"] is None:
        return "not predicted"
    if person["has_yearly_rhythm"] and person["lifecycle"] in ("new", "active"):
        return "under contract"
    if person["has_returned"] and person["lifecycle"] in ("active", "due"):
        return "returned"
    return person["lifecycle"]


def action_of(person: dict) -> dict:
    """The one row of the playbook for a customer."""
    (row,) = [
        row
        for row in PLAYBOOK.values()
        if row["situation"] == situation_of(person)
        and (
            row["value_tiers"] == "any"
            or person["value_tier"] in row["value_tiers"].split()
        )
    ]
    return row


def test_actions_follow_situation_and_tier(people):
    assert len(people) == 151
    for person in people:
        row = action_of(person)
        assert person["situation"] == row["situation"]
        assert person["action_id"] == row["action_id"]
        assert person["recommended_action"] == row["recommended_action"]
        assert float(person["action_priority"]) == float(row["priority"])
    assert len({person["action_id"] for person in people}) >= 6


def test_segment_actions_sum_up_their_customers(sample_build, people):
    counts, sizes = Counter(), Counter()
    expected, stakes, at_stake = defaultdict(Decimal), defaultdict(Decimal), Counter()
    for person in people:
        key = person["segment_id"], action_of(person)["action_id"]
        counts[key] += 1
        sizes[person["segment_id"]] += 1
        expected[key] += person["expected_spend"] or 0
        stakes[key] += person["spend_at_stake"] or 0
        at_stake[key] += (person["spend_at_stake"] or 0) > 0
    rows = sample_build.query(
        "select segment_id, action_id, customer_count, customer_share, expected_spend"
        ", at_stake_count, spend_at_stake, is_headline, recommended_action, situation"
        " from segment_actions"
    )
    assert {row[:2]: row[2] for row in rows} == counts
    for segment, action, count, share, money, late, stake, is_headline, *words in rows:
        key = segment, action
        assert share == pytest.approx(count / sizes[segment])
        assert money in (None, expected[key])
        assert money is None or count >= CELL_SIZE
        assert late == at_stake[key]
        assert stake in (None, stakes[key])
        assert stake is None or late == 0 or late >= CELL_SIZE
        assert not is_headline or 2 * count >= sizes[segment]
        row = PLAYBOOK[action]
        assert words == [row["recommended_action"], row["situation"]]


TABLES = (
    "customer_segments",
    "segment_actions",
    "segments",
    "rfm_grid",
    "base_source_months",
)


@pytest.fixture(scope="module")
def gates(sample_build) -> dict[str, str]:
    return compiled(sample_build, "tests/singular/*.sql")


@pytest.fixture
def broken(sample_build, tmp_path):
    """A copy of the build to plant false claims in."""
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{sample_build.home / 'build.duckdb'}' as found (read_only)"
        )
        connection.execute("attach ':memory:' as build; create schema build.seeds")
        for name in TABLES:
            connection.execute(f"create table build.{name} as from found.{name}")
        for name in ("playbook", "lifecycle_states"):
            connection.execute(
                f"create table build.seeds.{name} as from found.main_seeds.{name}"
            )
        yield connection


@pytest.mark.parametrize("action", sorted(PLAYBOOK))
def test_an_action_on_the_wrong_customers_fails_the_build(broken, gates, action):
    """Every row's claim is false of somebody: it is a claim."""
    gate = gates["playbook_claims_hold"]
    assert broken.execute(gate).fetchall() == []
    others = "select distinct action_id from build.customer_segments"
    assert len(broken.execute(others).fetchall()) > 1
    broken.execute("update build.customer_segments set action_id = ?", [action])
    assert len(broken.execute(gate).fetchall()) > 0


def test_an_action_without_a_row_fails_the_build(broken, gates):
    broken.execute("update build.customer_segments set action_id = 'gone'")
    assert len(broken.execute(gates["playbook_claims_hold"]).fetchall()) == 151


@pytest.mark.parametrize(
    "edit",
    [
        "delete from build.seeds.playbook where action_id = 'remind'",
        "update build.seeds.playbook set value_tiers = 'top' where action_id = 'grow'",
        "update build.seeds.playbook set situation = 'due' where action_id = 'rest'",
    ],
)
def test_a_gap_or_a_double_in_the_playbook_fails_the_build(broken, gates, edit):
    gate = gates["playbook_covers_every_situation"].replace("main_seeds", "seeds")
    assert broken.execute(gate).fetchall() == []
    broken.execute(edit)
    assert len(broken.execute(gate).fetchall()) > 0


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ("segments set revenue_at_risk = revenue_at_risk + 1", "at stake"),
        ("segments set due_count = due_count + 1", "other customers by state"),
        ("segments set action_id = 'rest'", "another headline"),
        ("segments set customer_count = customer_count + 1", "other customers"),
        ("segments set customer_share = 0.1", "do not add up to 1"),
        ("segments set revenue = revenue + 0.01", "of revenue, accepted was"),
        ("segments set segment_id = 's99' where segment_id = 's01'", "not in segments"),
        ("segment_actions set customer_count = customer_count + 1", "with an action"),
        ("segment_actions set customer_share = 0.4", "not the action of half"),
        ("customer_segments set segment_id = null", "segment null is not in segments"),
        ("rfm_grid set customer_count = customer_count + 1", "of the grid"),
    ],
)
def test_a_figure_that_does_not_add_up_fails_the_build(broken, gates, edit, words):
    gate = gates["segments_add_up"]
    assert broken.execute(gate).fetchall() == []
    broken.execute(f"update build.{edit}")
    # As dbt runs it.
    with pytest.raises(duckdb.Error, match=words):
        broken.execute(f"select count(*) from ({gate}) as failures").fetchall()
