"""Segments by month: when there is a line."""

from __future__ import annotations

from datetime import date

from report_pages import page_of
from segmentation.report.sections import months


def monthly(*ends: str, value: float) -> dict:
    return {
        "month": list(ends),
        "segment_id": ["s01"] * len(ends),
        "customer_count": [value] * len(ends),
        "revenue": [0.0] * len(ends),
    }


def test_two_months_are_a_line_and_one_is_none():
    def built(*ends, value=5.0, months_shown=24):
        page = page_of(
            {"revenue": [1.0]},
            settings={"months": months_shown},
            segment_monthly=monthly(*ends, value=value),
        )
        return months.build(page)

    assert built("2024-02-29") is None
    found = built("2024-01-31", "2024-02-29")
    # Nothing but zeros is no line.
    assert [chart["title"] for chart in found["charts"]] == ["Customers"]
    assert not found["has_revenue"] and found["partial"] is None
    assert [row["name"] for row in found["rows"]] == ["Feb 2024", "Jan 2024"]
    found = built("2024-01-31", "2024-02-29", "2024-03-30", months_shown=2)
    assert found["partial"] == date(2024, 3, 30) and len(found["rows"]) == 2
    assert built("2024-01-31", "2024-02-29", months_shown=1) is None
    assert found["begins"] is None
    early = page_of(
        {"revenue": [1.0]},
        customer_segments={"first_order_date": ["2023-09-01", "2023-08-01"]},
        segment_monthly=monthly("2024-01-30", "2024-02-29", value=5.0),
    )
    assert months.build(early)["begins"] == date(2023, 8, 1)
