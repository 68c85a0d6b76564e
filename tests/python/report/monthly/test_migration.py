"""Moves between RFM groups: who stayed, and the largest move."""

from __future__ import annotations

from report_pages import page_of
from segmentation.report.monthly import migration


def built(*moves: tuple[str, str, str, int]):
    names = ("month", "from_group", "to_group", "customer_count")
    table = {
        name: list(column)
        for name, column in zip(names, zip(*moves, strict=True), strict=True)
    }
    table["from_date"] = ["2024-01-31"] * len(moves)
    return migration.build(page_of({"revenue": [1.0]}, rfm_migration=table))


def test_the_newest_step_is_told():
    found = built(
        ("2024-01-31", "New", "Loyal", 500),
        ("2024-02-10", "New", "New", 6),
        ("2024-02-10", "New", "Promising", 3),
        ("2024-02-10", "New", "Loyal", 1),
        ("2024-02-10", "Loyal", "Loyal", 4),
        ("2024-02-10", "Loyal", "At Risk", 1),
    )
    assert found["sentence"] == (
        "From 31 Jan to 10 Feb 2024, 67% stayed in their group; the largest move was "
        "from New to Promising: 3 customers, against 0 the other way."
    )
    first, second = found["rows"]
    assert (first["group"], first["customers"], first["stayed"]) == ("New", 10, 6)
    assert (first["to_group"], second["to_group"]) == ("Promising", "At Risk")


def test_a_move_stands_next_to_the_one_the_other_way():
    found = built(
        ("2024-02-10", "Loyal", "Champions", 209),
        ("2024-02-10", "Champions", "Loyal", 209),
    )
    assert found["sentence"].endswith(
        "from Champions to Loyal: 209 customers, against 209 the other way."
    )


def test_where_nobody_moved_there_is_no_largest_move():
    found = built(("2024-02-10", "New", "New", 6))
    assert (
        found["sentence"] == "From 31 Jan to 10 Feb 2024, 100% stayed in their group."
    )
    assert found["rows"][0]["to_group"] is None


def test_without_a_step_there_is_nothing_to_tell():
    assert migration.build(page_of({"revenue": [1.0]})) is None
