"""Data quality: a count is said where the words are about it, and as it is."""

from __future__ import annotations

from report_pages import page_of
from segmentation.report.sections import quality


def notes(**counts):
    """What is written behind each check's words; None where it is left out."""
    names = list(counts)
    found = quality.build_quality(
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
