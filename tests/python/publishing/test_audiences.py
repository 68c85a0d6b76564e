"""Audience lists: the right rows, and what changed since the lists before."""

import csv
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from segmentation.publishing.audiences import read_audiences, write_audiences

SEGMENTS = pd.DataFrame(
    {
        "segment_id": ["s02", "s01", "no_orders"],
        "segment_name": ["At Risk", "Champions", "No orders"],
        "display_order": [2, 1, 3],
    }
)
PEOPLE = pd.DataFrame(
    {
        "customer_id": ["007", "=1+1", "c"],
        "segment_id": ["s01", "s02", "s01"],
        "segment_name": ["Champions", "At Risk", "Champions"],
        "recommended_action": ["Thank", "-10% now", "Thank"],
        "confidence": [0.91, 0.5, None],
        "monetary_value": [Decimal("12.50"), Decimal("-3.00"), Decimal("1000000.00")],
        "order_count": [2, 1, 7],
        "last_order_date": [date(2026, 1, 2), None, pd.Timestamp("2026-03-04")],
    }
)


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_one_file_a_segment_in_display_order_and_the_changes_last(tmp_path):
    written = write_audiences(
        customer_segments=PEOPLE, segments=SEGMENTS, folder=tmp_path
    )
    assert [(row["segment_id"], row["file"], row["rows"]) for row in written] == [
        ("s01", "champions.csv", 2),
        ("s02", "at-risk.csv", 1),
        ("no_orders", "no-orders.csv", 0),
        (None, "changes.csv", 3),
    ]
    assert read(tmp_path / "champions.csv") == [
        {
            "customer_id": "007",
            "segment_id": "s01",
            "segment_name": "Champions",
            "recommended_action": "Thank",
            "confidence": "0.91",
            "monetary_value": "12.50",
            "order_count": "2",
            "last_order_date": "2026-01-02",
        },
        {
            "customer_id": "c",
            "segment_id": "s01",
            "segment_name": "Champions",
            "recommended_action": "Thank",
            "confidence": "",
            "monetary_value": "1000000.00",
            "order_count": "7",
            "last_order_date": "2026-03-04",
        },
    ]


def test_a_list_an_action_has_the_most_at_stake_first(tmp_path):
    people = PEOPLE.assign(
        action_id=["../win back", "../win back", None],
        situation=["overdue", "overdue", "active"],
        is_at_risk=[True, False, None],
        spend_at_stake=[Decimal("5.00"), Decimal("0.00"), None],
        expected_spend=[Decimal("9.00"), Decimal("8.00"), None],
        next_order_date=[None, date(2026, 2, 1), None],
    )
    people = pd.concat(
        [people, people.iloc[[0]].assign(customer_id="1", spend_at_stake=Decimal("7"))]
    )

    written = write_audiences(
        customer_segments=people, segments=SEGMENTS, folder=tmp_path
    )

    files = {row["action_id"]: row for row in written if row.get("action_id")}
    assert [(row["file"], row["rows"]) for row in files.values()] == [
        ("actions/late.csv", 2),
        ("actions/win_back.csv", 3),
    ]
    assert written[-1]["file"] == "changes.csv"
    rows = read(tmp_path / "actions" / "win_back.csv")
    assert [row["customer_id"] for row in rows] == ["1", "007", "'=1+1"]
    assert rows[2] == {
        "customer_id": "'=1+1",
        "action": "'-10% now",
        "reason": "overdue",
        "spend_at_stake": "0.00",
        "expected_spend": "8.00",
        "next_order_date": "2026-02-01",
        "last_order_date": "",
        "segment_id": "s02",
        "segment_name": "At Risk",
    }
    # Who was listed before is read from the segments' lists alone.
    assert len(read_audiences(tmp_path)) == 4


def test_a_list_a_campaign_holds_whom_to_contact_under_its_own_id(tmp_path):
    """Not who is excluded, nor who is gone; a name that is none is made one."""
    treated = pd.DataFrame(
        {
            "campaign_id": ["spring_2025"] * 3 + ["../Nur Wien", "con"],
            "customer_id": ["007", "c", "gone", "=1+1", "c"],
        }
    )

    written = write_audiences(
        customer_segments=PEOPLE,
        segments=SEGMENTS,
        folder=tmp_path,
        exclude_ids=["007"],
        treated=treated,
    )

    assert [
        (row["campaign_id"], row["file"], row["rows"])
        for row in written
        if row.get("campaign_id")
    ] == [
        ("../Nur Wien", "campaigns/nur-wien.csv", 1),
        ("con", "campaigns/list-con.csv", 1),
        ("spring_2025", "campaigns/spring_2025.csv", 1),
    ]
    rows = read(tmp_path / "campaigns" / "spring_2025.csv")
    assert [row["customer_id"] for row in rows] == ["c"]
    # Who is in a campaign's list is no news of a segment's.
    assert len(read_audiences(tmp_path)) == 2


def test_formulas_are_text_and_numbers_stay_numbers(tmp_path):
    write_audiences(customer_segments=PEOPLE, segments=SEGMENTS, folder=tmp_path)
    (row,) = read(tmp_path / "at-risk.csv")
    assert row["customer_id"] == "'=1+1"
    assert row["recommended_action"] == "'-10% now"
    assert row["monetary_value"] == "-3.00"


def test_changes_since_the_lists_before(tmp_path):
    before = pd.DataFrame(
        {"customer_id": ["007", "=1+1", "gone"], "segment_id": ["s01", "s01", "s02"]}
    )
    write_audiences(
        customer_segments=PEOPLE, segments=SEGMENTS, folder=tmp_path, previous=before
    )
    found = [
        (
            row["customer_id"],
            row["change"],
            row["previous_segment_id"],
            row["segment_id"],
        )
        for row in read(tmp_path / "changes.csv")
    ]
    assert found == [
        ("'=1+1", "changed", "s01", "s02"),
        ("c", "added", "", "s01"),
        ("gone", "removed", "s02", ""),
    ]


def test_lists_read_back_give_no_changes(tmp_path):
    write_audiences(
        customer_segments=PEOPLE, segments=SEGMENTS, folder=tmp_path / "one"
    )
    written = write_audiences(
        customer_segments=PEOPLE,
        segments=SEGMENTS,
        folder=tmp_path / "two",
        previous=read_audiences(tmp_path / "one"),
    )
    assert written[-1]["rows"] == 0
    assert len(read_audiences(tmp_path / "nowhere")) == 0


def test_an_excluded_customer_is_removed_once_and_then_named_no_more(tmp_path):
    def write(name, **options):
        return write_audiences(
            customer_segments=PEOPLE,
            segments=SEGMENTS,
            folder=tmp_path / name,
            **options,
        )

    write("one")
    write("two", previous=read_audiences(tmp_path / "one"), exclude_ids=["c"])
    write("three", previous=read_audiences(tmp_path / "two"), exclude_ids=["c"])
    assert [row["customer_id"] for row in read(tmp_path / "two/champions.csv")] == [
        "007"
    ]
    (gone,) = read(tmp_path / "two/changes.csv")
    assert (gone["customer_id"], gone["change"]) == ("c", "removed")
    assert read(tmp_path / "three/changes.csv") == []


def test_errors_name_the_column_and_the_value(tmp_path):
    with pytest.raises(ValueError, match="segment_name"):
        write_audiences(
            customer_segments=PEOPLE,
            folder=tmp_path,
            segments=SEGMENTS.drop(columns="segment_name"),
        )
    twice = pd.concat([PEOPLE, PEOPLE.iloc[:1]])
    with pytest.raises(ValueError, match="'007' more than once"):
        write_audiences(customer_segments=twice, segments=SEGMENTS, folder=tmp_path)


def test_row_order_does_not_matter_and_nothing_is_changed(tmp_path):
    before = PEOPLE.copy()
    write_audiences(customer_segments=PEOPLE, segments=SEGMENTS, folder=tmp_path / "a")
    write_audiences(
        customer_segments=PEOPLE[::-1], segments=SEGMENTS[::-1], folder=tmp_path / "b"
    )
    pd.testing.assert_frame_equal(PEOPLE, before)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
