"""Whether new customers come back: sentences on rows whose answer is written here."""

from __future__ import annotations

import pandas as pd

from report_pages import page_of
from segmentation.report.monthly import cohorts


def built(cohort_sizes: list[int], share: float, **tables):
    """The section for cohorts from January on, of whom a share orders each month."""
    starts = pd.date_range("2024-01-01", periods=len(cohort_sizes), freq="MS")
    rows = [
        {
            "cohort_month": start.date(),
            "months_since": since,
            "is_complete": True,
            "customer_count": size,
            "active_customers": size if since == 0 else round(size * share),
            "active_share": 1.0 if since == 0 else share,
        }
        for number, (start, size) in enumerate(zip(starts, cohort_sizes, strict=True))
        for since in range(len(cohort_sizes) - number)
    ]
    table = {name: [row[name] for row in rows] for name in rows[0]}
    return cohorts.build(page_of({"revenue": [1.0]}, cohort_retention=table, **tables))


def test_those_first_seen_at_the_start_are_no_new_customers():
    # 90 of 190 are of the first three months: left out, and the rest is told.
    section = built([40, 30, 20, 50, 50], 0.2)

    assert [row["name"] for row in section["rows"]] == ["Apr 2024", "May 2024"]
    assert section["all_size"] == 100
    assert section["title"] == (
        "20% of new customers ordered in the month after their first"
    )
    assert section["truncated"] == "Jan 2024"


def test_where_most_were_there_at_the_start_the_section_says_why_it_is_empty():
    section = built([40, 30, 20, 30, 30], 0.2)

    assert section["rows"] == []
    assert section["question"].startswith(
        "60% of all customers had ordered by the end of the third month"
    )


def test_shares_are_of_all_cohorts_that_have_been_seen_so_long():
    section = built([5, 5, 5, 100, 50, 50, 50], 0.5)

    assert section["columns"] == [1, 2, 3]
    assert section["all"] == ["50%", "50%", "50%"]
    assert section["title"] == (
        "50% of new customers ordered in the month after their first, 50% in the third"
    )
    assert [cell is None for cell in section["rows"][-1]["cells"]] == [True] * 3


def test_second_orders_are_counted_over_the_cohorts_shown():
    section = built(
        [5, 5, 5, 100, 50],
        0.5,
        second_orders={
            "cohort_month": [pd.Timestamp("2024-01-01").date()]
            + [pd.Timestamp("2024-04-01").date(), pd.Timestamp("2024-05-01").date()],
            "days_since_first": [30, 30, 30],
            "customer_count": [5, 100, 50],
            "second_order_customers": [5, 20, 25],
        },
    )

    assert section["second"] == [{"days": 30, "customers": 150, "share": 0.3}]


def test_a_share_that_is_withheld_is_not_told():
    section = built(
        [5, 5, 5, 100],
        0.5,
        revenue_concentration={
            "top_share": [0.01, 0.1],
            "customer_count": [2, 12],
            "revenue_share": [None, None],
        },
    )
    assert section["top"] is None
