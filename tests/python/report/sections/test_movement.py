"""Who moved: counts, causes and what they spent."""

from __future__ import annotations

import pytest

from report_pages import page_of
from segmentation.report.sections import movement


def test_movements_between_todays_segments_are_told():
    page = page_of(
        {"revenue": [1.0] * 2},
        settings={"minimum_cell_size": 2},
        customer_segments={
            "segment_id": ["s01", "s01", "s02", "s02", "s01", "s02"],
            "previous_segment_id": ["s02", "s02", "s02", "s01", None, "s08"],
            "lifetime_revenue": [1.0, 2.005, 5.0, 7.0, 9.0, 11.0],
        },
        segment_monthly={"month": ["2024-01-31", "2024-02-29"]},
        segment_movements={
            "month": ["2024-02-29"] * 4 + ["2024-01-31"],
            "from_segment_id": ["s02", "s01", "s02", "s02", "s02"],
            "to_segment_id": ["s01", "s02", "s01", "s01", "s01"],
            "customer_count": [3, 1, 50, 4, 70],
            "cause": ["time", "acted", "settling", "acted", "time"],
            "compared_with": ["last_date"] * 3 + ["last_publication", "last_date"],
            "revenue": [1.0, None, 1.0, 1.0, 1.0],
        },
    )
    found = movement.build(page)
    # From segment_movements: three by time and one who acted, of the newest month.
    assert found["total"] == {
        "customer_count": 4,
        "settling": 50,
        "since": "2024-01-31",
    }
    assert found["title"] == "80% of customers changed segment since 31 Jan 2024"
    assert (found["fresh"], found["retired"]) == (1, 1)
    assert [row["counts"] for row in found["rows"]] == [[0, 1], [2, 1]]
    assert [row["stayed"] for row in found["rows"]] == [0, pytest.approx(1 / 3)]
    told = [(row["old"].name, row["customer_count"], row["spent"])
            for row in found["top"]]  # fmt: skip
    assert told == [("B", 2, 3.0), ("A", 1, None)]
    causes = [(row["name"], row["customer_count"], row["share"], row["revenue"])
              for row in found["causes"]["rows"]]  # fmt: skip
    assert causes == [
        ("settling", 50, pytest.approx(50 / 54), 1.0),
        ("time", 3, pytest.approx(3 / 54), 1.0),
        ("acted", 1, pytest.approx(1 / 54), None),
    ]
