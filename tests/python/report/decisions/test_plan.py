"""What a campaign must change to be seen."""

from __future__ import annotations

from report_pages import members, page_of, predictions
from segmentation.report.decisions import plan


def page(rows, **tables):
    names = (
        "audience_kind", "audience", "holdout_share", "customer_count",
        "smallest_change",
    )  # fmt: skip
    plans = dict(zip(names, zip(*rows, strict=True), strict=True))
    return page_of(
        {"customer_count": [200, 50]},
        customer_segments=members(["s01", "s02"]),
        customer_predictions=predictions([{}, {}]),
        campaign_plans={**plans, "spend_mean": [12.5] * len(rows)},
        **tables,
    )


def test_the_heading_speaks_of_all_with_a_fifth_held_out():
    found = plan.build(
        page(
            [
                ("all", "all", 0.5, 250, 0.05),
                ("all", "all", 0.2, 250, 0.06),
                ("segment", "s01", 0.2, 200, 0.04),
                ("segment", "s02", 0.5, 50, 1.2),
                ("action", "win_back", 0.2, 120, 0.01),
            ]
        )
    )
    assert found["title"] == (
        "No campaign measured yet: a test on all 250 customers, 20% of them held out, "
        "could detect a change in spend of 6.0% or more"
    )
    rows = [(row["face"].name if row["face"] else None, row["cells"])
            for row in found["rows"]]  # fmt: skip
    assert rows == [
        ("A", ["4.0%", None]),
        ("B", [None, "over 100%"]),
        (None, ["6.0%", "5.0%"]),
    ]
    assert found["shares"] == [0.2, 0.5] and found["is_incomplete"]


def test_the_lists_that_could_show_the_smallest_change_are_named():
    rows = [
        ("all", "all", 0.2, 250, 0.06),
        ("action", "thank", 0.2, 1200, 0.1),
        ("action", "win_back", 0.2, 400, 0.22),
        ("action", "win_back", 0.5, 400, 0.02),
        ("action", "remind", 0.2, 900, 0.2),
        ("action", "call", 0.2, 130, 1.4),
        ("action", "leave_alone", 0.2, 2000, 0.05),
    ]
    steps = ("thank", "remind", "win_back", "call", "leave_alone")
    card = plan.build(
        page(
            rows,
            segment_actions={
                "action_id": steps,
                "recommended_action": [step.title() for step in steps],
                "action_priority": [0.6, 0.5, 0.7, 1.0, 0.2],
            },
        )
    )

    assert card["actions"] == [
        "Thank (1,200 customers, 10% or more)",
        "Remind (900 customers, 20% or more)",
    ]


def test_why_there_is_no_result_is_told_as_it_is():
    def words(*shares):
        results = {"campaign_results": {"holdout_share": shares}} if shares else {}
        return plan.measured_words(page_of({"customer_count": [1]}, **results))

    assert words() == "No campaign measured yet"
    assert words(0.0, 0.0) == "No holdout, no result"
    assert words(0.0, 0.2) == "No result yet"


def test_where_nothing_could_be_seen_there_is_no_card():
    assert plan.build(page_of({"customer_count": [1]})) is None
