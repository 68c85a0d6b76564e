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
    found = built("2024-01-31", "2024-02-29", "2024-03-30")
    assert found["partial"] == date(2024, 3, 30) and len(found["rows"]) == 3
    # A month and two days of the next are no line.
    assert built("2024-02-29", "2024-03-02") is None
    assert built("2024-01-31", "2024-02-29", months_shown=1) is None
    assert found["begins"] is None
    # What April brought stands at April, not where May begins.
    drawn = str(built("2024-03-31", "2024-04-30")["charts"][0]["svg"])
    assert ">Mar 24<" in drawn and ">May 24<" not in drawn


def of_a_young_shop(*ends: str, revenue: float = 0.0):
    rows = {**monthly(*ends, value=5.0), "revenue": [revenue] * len(ends)}
    return months.build(
        page_of(
            {"revenue": [1.0]},
            customer_segments={"first_order_date": ["2023-12-15", "2023-11-01"]},
            segment_monthly=rows,
        )
    )


def test_months_in_which_everybody_is_new_are_left_out():
    found = of_a_young_shop("2023-11-30", "2024-01-31", "2024-02-29", "2024-03-31")
    assert [row["name"] for row in found["rows"]] == ["Mar 2024", "Feb 2024"]
    assert found["begins"] == date(2023, 11, 1)
    later = of_a_young_shop("2024-01-31", "2024-05-31", "2024-06-30")
    assert [row["name"] for row in later["rows"]] == ["Jun 2024", "May 2024"]
    assert later["begins"] is None
    assert of_a_young_shop("2023-12-31", "2024-01-31", "2024-02-29") is None


def test_the_revenue_of_a_month_that_is_not_over_is_not_drawn():
    found = of_a_young_shop("2024-02-29", "2024-03-31", "2024-04-02", revenue=9.0)
    assert [row["name"] for row in found["rows"]][0] == "Apr 2024, to date"
    customers, revenue = (str(chart["svg"]) for chart in found["charts"])
    assert "Apr" in customers and "Apr" not in revenue
