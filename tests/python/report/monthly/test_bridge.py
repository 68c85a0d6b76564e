"""Why revenue changed: heading and bars on rows whose answer is written here."""

from __future__ import annotations

import pytest

from report_pages import page_of
from segmentation.report.monthly import bridge

MONTH = "2024-02-29"


def built(**changes: tuple[float, float]):
    """The section for reasons with their revenue before and after."""
    rows = [
        {
            "month": MONTH,
            "reason": reason,
            "reasons": "new, returning" if reason == "other" else reason,
            "is_complete": True,
            "customer_count": 12,
            "previous_revenue": before,
            "revenue": after,
            "revenue_change": after - before,
            "is_withheld": False,
        }
        for reason, (before, after) in changes.items()
    ]
    # The month that is not over is not compared.
    rows.append({**rows[0], "month": "2024-03-02", "is_complete": False})
    return bridge.build(
        page_of({"revenue": [1.0]}, revenue_bridge=dict(_columns(rows)))
    )


def _columns(rows: list[dict]):
    return {name: [row[name] for row in rows] for name in rows[0]}.items()


def test_each_bar_begins_where_the_one_above_it_ends():
    section = built(
        not_ordering=(50.0, 0.0), new=(0.0, 30.0), spending_more=(50.0, 90.0)
    )

    # 100 before: to 130, to 170, to 120. From 100 to 170 is the width of 1000.
    bars = [(bar["label"], bar["x"], bar["width"]) for bar in section["bars"]]
    assert bars == [
        ("New", 0.0, 428.6),
        ("Spending more", 428.6, 571.4),
        ("Not ordering", pytest.approx(285.7), pytest.approx(714.3)),
    ]
    assert [bar["is_up"] for bar in section["bars"]] == [True, True, False]
    assert (section["before"]["money"], section["after"]["money"]) == (100.0, 120.0)
    assert section["starts_at"] == 100.0


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (150.0, "Revenue rose by 50% in Feb 2024: 50.00 more than in Jan 2024"),
        (80.0, "Revenue fell by 20% in Feb 2024: 20.00 less than in Jan 2024"),
        (100.5, "Revenue of Feb 2024 was about that of Jan 2024"),
    ],
)
def test_the_heading_says_what_the_two_amounts_bear_out(after, said):
    assert built(spending_more=(100.0, after))["title"] == said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        # February has 29 days, January 31: 93.55 in it is as much a day as 100.
        (80.0, " Per day, revenue fell by 14%: Feb 2024 has 29 days, Jan 2024 31."),
        (93.55, " Per day, revenue hardly changed: Feb 2024 has 29 days, Jan 2024 31."),
        (96.0, " Per day, revenue rose by 2.6%: Feb 2024 has 29 days, Jan 2024 31."),
    ],
)
def test_months_that_are_not_equally_long_are_compared_per_day(after, said):
    question = built(spending_more=(100.0, after))["question"]
    assert question.endswith(f"the last month that is over?{said}")


def test_months_that_are_equally_long_need_no_such_sentence():
    names = {"month": "Aug 2024", "previous": "Jul 2024"}
    page = page_of({"revenue": [1.0]})
    found = bridge.per_day(page, before=100.0, after=50.0, month="2024-08-31",
                           names=names)  # fmt: skip
    assert found == ""


def test_a_month_after_nothing_has_no_change_to_tell():
    assert built(new=(0.0, 40.0))["title"] == "Revenue of Feb 2024 was 40.00"


def test_reasons_told_together_are_named():
    section = built(spending_more=(100.0, 150.0), other=(0.0, 9.0))
    assert section["bars"][-1]["label"] == "New and returning"


def test_without_a_whole_month_there_is_no_section():
    assert bridge.build(page_of({"revenue": [1.0]})) is None
