"""What changed: each sentence on a few rows, with literal answers."""

from __future__ import annotations

import pytest

from report_pages import members, page_of, predictions
from segmentation.report.decisions import changes

MONTHS = {"month": ["2024-01-31", "2024-02-29"], "customer_count": [1, 1],
          "segment_id": ["s01", "s01"]}  # fmt: skip


def movements(**counts):
    """Columns of segment_movements: customers of the newest month by cause."""
    rows = [
        {
            "month": "2024-02-29",
            "compared_with": "last_date",
            "from_segment_id": "s01",
            "to_segment_id": "s02",
            "cause": cause,
            "customer_count": count,
        }
        for cause, count in counts.items()
    ]
    # Of another month, and against another release: neither is counted.
    rows.append({**rows[0], "month": "2024-01-31", "customer_count": 500})
    rows.append({**rows[0], "compared_with": "last_publication"})
    return {name: [row[name] for row in rows] for name in rows[0]}


def page(counts, quality=None):
    tables = {} if quality is None else {"movement_quality": quality}
    return page_of(
        {"customer_count": [2, 1]},
        customer_segments=members(["s01", "s02"]),
        customer_predictions=predictions([{}, {"expected_spend": 90.0}]),
        segment_monthly=MONTHS,
        segment_movements=movements(**counts),
        **tables,
    )


@pytest.mark.parametrize(
    ("counts", "heading"),
    [
        ({"acted": 5, "time": 3, "settling": 9},
         "8 customers changed segment since 31 Jan 2024"),
        ({"acted": 1}, "1 customer changed segment since 31 Jan 2024"),
        ({"settling": 9},
         "Nobody but newcomers changed segment since 31 Jan 2024"),
        ({"acted": 0}, "Nobody changed segment since 31 Jan 2024"),
    ],
)  # fmt: skip
def test_the_heading_counts_settled_customers(counts, heading):
    assert changes.build(page(counts))["title"] == heading


def test_directions_follow_what_the_segments_are_expected_to_spend():
    found = changes.build(page({"acted": 5, "time": 3, "settling": 9}))
    assert [(row["name"].split()[3], row["count"]) for row in found["directions"]] == [
        ("more", 8),
        ("less", 0),
    ]
    assert found["story"] == [
        "Of these, 5 have ordered or returned something since and 3 have not: for them "
        "only time passed.",
        "Not counted: 9 newcomers still settling in.",
        "Whether that is more than noise is not known yet: it takes a history in which "
        "customers known for nine months were buying half a year before.",
    ]
    only = changes.build(page({"time": 3}))["story"][0]
    assert only == (
        "None of them has ordered or returned anything since: only time passed."
    )


def quality(steady, steady_moved, changed, changed_moved):
    return {
        "from_date": ["2023-08-31"],
        "to_date": ["2024-02-29"],
        "steady_count": [steady],
        "steady_moved_count": [steady_moved],
        "changed_count": [changed],
        "changed_moved_count": [changed_moved],
    }


@pytest.mark.parametrize(
    ("figures", "is_noise"),
    [
        ((100, 4, 50, 25), False),
        ((100, 8, 50, 25), False),
        ((100, 9, 50, 25), True),
        # As many as of those who changed: the movement says nothing.
        ((100, 4, 100, 4), True),
        ((100, 4, 0, 0), False),
        # Nobody moved.
        ((100, 0, 50, 0), False),
        # One of twelve is one person.
        ((12, 1, 16, 12), None),
        ((29, 9, 16, 2), None),
    ],
)
def test_movement_is_noise_where_the_steady_move(figures, is_noise):
    found = changes.build(page({"acted": 5}, quality(*figures)))
    expected = (
        "Is it noise? Too few bought the same half a year apart to tell"
        if is_noise is None
        else "Part of this is noise: those who buy the same move as well"
        if is_noise
        else "Is it noise? No: those who buy the same stay"
    )
    assert found["proof_title"] == expected
    assert len(found["proof"]["bars"]) == (2 if figures[2] else 1)


def test_without_a_month_before_there_is_no_card():
    one = page_of(
        {"customer_count": [1]},
        segment_monthly={name: values[:1] for name, values in MONTHS.items()},
        segment_movements=movements(acted=1),
    )
    assert changes.build(one) is None
    assert changes.build(page({"acted": 5}, quality(0, 0, 9, 9)))["proof"] is None
