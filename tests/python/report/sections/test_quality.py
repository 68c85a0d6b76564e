"""Data quality: checks worst first, and the user's books next to ours."""

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
