"""Lists to work through: each sentence on a few rows, with literal answers."""

from __future__ import annotations

from report_pages import members, page_of, predictions
from segmentation.report.decisions import lists

LATE = {"is_at_risk": True, "spend_at_stake": 30.0, "lifecycle": "overdue"}


def page(customers, *, actions=None, **same):
    people = members(["s01"] * len(customers))
    people["action_id"] = actions or ["rest"] * len(customers)
    return page_of(
        {"customer_count": [len(customers)]},
        settings={
            "minimum_cell_size": 2,
            "audiences": [
                {"action_id": "late", "file": "actions/late.csv", "rows": 3},
                {"segment_id": "s01", "file": "a.csv", "rows": 9},
            ],
        },
        customer_segments=people,
        customer_predictions=predictions(customers, **same),
        segment_actions={
            "action_id": ["rest", "call", "call"],
            "situation": ["active", "overdue", "overdue"],
            "value_tiers": ["any", "top high", "top high"],
            "recommended_action": ["Leave them", "Call", "Call"],
            "action_priority": [0.1, 1.0, 1.0],
        },
    )


def test_the_late_come_first_then_the_most_pressing():
    customers = [LATE] * 3 + [{}] * 2
    card = lists.build(page(customers, actions=["call"] * 3 + ["rest"] * 2))
    rows = [
        (row["step"], row["count"], row["spend"], row["stake"]) for row in card["rows"]
    ]
    assert rows == [
        ("Late by their own standards", 3, 30.0, 90.0),
        ("Call", 3, 30.0, 90.0),
        ("Leave them", 2, 20.0, None),
    ]
    assert card["rows"][1]["who"] == "who are overdue, in the top or high tier"
    assert [row["file"] and row["file"]["file"] for row in card["rows"]] == [
        "actions/late.csv",
        None,
        None,
    ]
    assert card["title"] == "Start with the 3 late customers"


def test_money_of_a_few_and_of_an_unseen_season_is_not_shown():
    one = lists.build(page([LATE, {}, {}], actions=["call", "rest", "rest"]))
    assert [(row["spend"], row["stake"]) for row in one["rows"]] == [(None, None)] * 3
    unseen = lists.build(page([LATE] * 3, is_season_seen=False))
    assert [row["stake"] for row in unseen["rows"]] == [None, None]
    assert not unseen["has_stake"]


def test_the_first_twenty_are_told_of_where_there_are_many_more():
    many = [{**LATE, "spend_at_stake": 10.0}] * 20 + [LATE] * 40
    # 20 of the 40 with 30 each: 600 of 1,400.
    assert lists.build(page(many))["title"] == (
        "Start with the first 20 on the late list: they account for 43% of all that "
        "is at stake"
    )
    assert lists.build(page(many[:59]))["title"] == "Start with the 59 late customers"


def test_nobody_is_told_to_start_with_the_lapsed():
    """They put most at stake, and the next step of most is to spend little on them."""
    gone = {**LATE, "lifecycle": "lapsed", "spend_at_stake": 90.0}
    assert lists.build(page([gone] * 11 + [LATE] * 60))["title"] == (
        "A list for each next step"
    )
    assert lists.build(page([gone] * 9 + [LATE] * 60))["title"].startswith("Start")


def test_where_nobody_is_late_the_steps_are_there_all_the_same():
    card = lists.build(page([{}, {}]))
    assert card["title"] == "A list for each next step"
    assert [row["step"] for row in card["rows"]] == ["Leave them"]


def test_one_of_a_kind_is_told_in_the_singular():
    assert lists.who_words("overdue", "any", count=1) == "is overdue"
    assert lists.who_words("lapsed", "top high medium") == (
        "have lapsed, in the top, high or medium tier"
    )
    assert lists.who_words("under contract", None) == "are under a yearly contract"
