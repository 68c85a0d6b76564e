"""Data quality: worst first, counts as they are, the user's books next to ours."""

from __future__ import annotations

from report_pages import page_of
from segmentation.report.sections.quality import build_quality


def test_books_stand_next_to_ours_all_orders_before_months():
    books = {
        "month_name": ["2024-02", None, None],
        "measure": ["revenue", "orders", "revenue"],
        "ours": [90.0, 12.0, 1200.5],
        "theirs": [90.0, 12.0, 1200.0],
        "difference": [0.0, 0.0, 0.5],
        "off_share": [0.0, 0.0, 0.0004],
        "tolerance": [0.01] * 3,
        "is_within": [True] * 3,
    }
    checks = {
        "check_name": ["control_revenue", "dates"],
        "verdict": ["pass", "pass"],
    }
    page = page_of({"customer_count": [1]}, control_totals=books, data_quality=checks)
    section = build_quality(page)
    assert [(row["measure"], row["when"]) for row in section["books"]] == [
        ("revenue", "All orders"), ("orders", "All orders"), ("revenue", "Feb 2024"),
    ]  # fmt: skip
    # Said once: in the table.
    assert [row["check_name"] for row in section["checks"]] == ["dates"]


def test_without_books_there_is_no_table_of_them():
    page = page_of(
        {"customer_count": [1]},
        data_quality={"check_name": ["books"], "verdict": ["info"]},
    )
    section = build_quality(page)
    assert section["books"] == []
    assert [row["check_name"] for row in section["checks"]] == ["books"]


def notes(**counts):
    """What is written behind each check's words; None where it is left out."""
    names = list(counts)
    found = build_quality(
        page_of(
            {"customer_count": [1]},
            data_quality={
                "check_name": names,
                "verdict": ["pass"] * len(names),
                "rows_checked": [counts[name][0] for name in names],
                "rows_failed": [counts[name][1] for name in names],
                "detail": ["words"] * len(names),
            },
        )
    )
    written = {row["check_name"]: row["how_many"] for row in found["checks"]}
    return [written.get(name) for name in names]


def test_where_none_is_shared_or_doubled_that_is_said():
    """'Order ids under two customers: 77,842 in all' read as if there were so many."""
    assert notes(shared_order_ids=(77842, 0), exact_duplicates=(1417, 80)) == [
        "none of 77,842",
        "80 of 1,417",
    ]


def test_what_counts_nothing_has_no_count_behind_it():
    assert notes(money=(1425, 0), assignment_agreement=(151, 0)) == ["", ""]


def test_of_no_rows_nothing_is_said():
    assert notes(shared_order_ids=(0, 0), money=(0, 0)) == [None, ""]


def test_what_was_left_out_is_said_once():
    """'Left out no customer id: Left out: no customer id.'"""
    page = page_of(
        {"customer_count": [1]},
        data_quality={
            "check_name": ["left_out_no_customer_id", "left_out_money"],
            "verdict": ["info", "info"],
            "detail": ["left out: no customer id", "money in the rows left out: 3.00"],
        },
    )
    rows = {
        row["check_name"]: (row["label"], row["detail"])
        for row in build_quality(page)["checks"]
    }
    assert rows == {
        "left_out_no_customer_id": ("Left out", "no customer id"),
        "left_out_money": ("Left out money", "money in the rows left out: 3.00"),
    }


def test_without_a_customer_table_nothing_is_said_of_its_rows():
    assert notes(customers_with_attributes=(0, 0), money=(0, 0)) == [None, ""]
    assert notes(customers_with_attributes=(801, 0)) == ["none of 801"]
