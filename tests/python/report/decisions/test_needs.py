"""Who needs something now: each sentence on a few rows, with literal answers."""

from __future__ import annotations

import pytest

from report_pages import members, page_of, predictions
from segmentation.report.decisions import needs

LATE = {
    "lifecycle": "overdue",
    "is_at_risk": True,
    "spend_at_stake": 30.0,
    "silence_probability": 0.6,
}


def page(customers, *, same=None, segments=None, minimum=2, **tables):
    ids = segments or ["s01"] * len(customers)
    return page_of(
        {"customer_count": [ids.count(f"s0{n}") for n in range(1, len(set(ids)) + 1)]},
        settings={"minimum_cell_size": minimum},
        customer_segments=members(ids),
        customer_predictions=predictions(customers, **(same or {})),
        **tables,
    )


@pytest.mark.parametrize(
    ("customers", "heading"),
    [
        ([{}] * 3, "100% are active; nobody is late by their own standards"),
        ([{}] * 2 + [LATE] * 2, "50% are active; 2 late customers put 60.00 at stake"),
        ([{}] + [{"lifecycle": "lapsed"}] * 3,
         "75% have lapsed; nobody is late by their own standards"),
        # The money of one is not shown.
        ([{}] * 3 + [LATE], "75% are active; 1 late customer needs a look"),
    ],
)  # fmt: skip
def test_the_heading_names_the_commonest_state_and_the_late(customers, heading):
    assert needs.build(page(customers))["title"] == heading


def test_what_is_at_stake_is_not_added_up_before_a_year_was_seen():
    customers = [{}] * 2 + [LATE] * 2
    card = needs.build(page(customers, same={"is_season_seen": False}))
    assert card["title"] == "50% are active; 2 late customers need a look"
    assert [row["stake"] for row in card["rows"]] == [None] * 5
    assert "once there is a whole year of orders" in card["notes"]
    assert "At stake:" not in card["notes"]


def test_what_is_at_stake_has_the_range_that_its_record_gives():
    record = {
        "cut_off_date": ["2024-12-31"],
        "is_newest": [True],
        "measure": ["at_stake"],
        "predicted_total": [60.0],
        "predicted_low": [45.0],
        "predicted_high": [80.0],
        "actual_total": [None],
        "recent_total": [None],
        "sample_share": [1.0],
        "is_season_seen": [True],
    }
    said = "80% range 45.00 to 80.00"
    card = needs.build(page([{}] * 2 + [LATE] * 2, prediction_record=record))
    assert said in card["notes"]
    few = needs.build(page([{}] * 3 + [LATE], prediction_record=record))
    assert said not in few["notes"]


def test_rows_count_and_withhold():
    customers = [{}] * 4 + [LATE] * 3 + [{"lifecycle": "new"}]
    card = needs.build(page(customers))
    rows = {row["state"]: row for row in card["rows"]}
    assert [rows[state]["count"] for state in ("active", "overdue", "new")] == [4, 3, 1]
    # One new customer; with the smallest other group, or the total would tell.
    assert (rows["new"]["spend"], rows["overdue"]["spend"]) == (None, None)
    assert rows["active"]["spend"] == 40.0 and rows["overdue"]["stake"] == 90.0
    assert rows["overdue"]["chance"] == pytest.approx(0.4)
    assert card["total"]["spend"] == 80.0 and card["total"]["count"] == 8
    assert rows["due"]["count"] == 0 and rows["due"]["chance"] is None
    assert "have a chance of 60% or more of staying silent" in card["notes"]


def test_who_is_under_a_contract_is_not_said_to_order_soon():
    yearly = {"has_yearly_rhythm": True, "silence_probability": 1.0}
    customers = [{"has_yearly_rhythm": False}, yearly]
    card = needs.build(page(customers, same={"has_yearly_rhythm": False}))
    assert card["rows"][0]["meaning"] == needs.UNDER_CONTRACT
    plain = needs.build(page([{}, {}]))
    assert plain["rows"][0]["meaning"] == "very likely to order"


def calibration(count, expected, actual):
    return {
        "cut_off_date": ["2023-12-31"] * 2 + ["2023-11-30"],
        "grouping_name": ["lifecycle"] * 3,
        "group_name": ["active", "overdue", "overdue"],
        "customer_count": [60, count, 900],
        "expected_ordered_share": [0.9, expected, 0.1],
        "actual_ordered_share": [0.9, actual, 0.9],
    }


def test_shares_of_one_horizon_ago_stand_beside_todays():
    card = needs.build(page([{}], prediction_calibration=calibration(40, 0.3, 0.3)))
    shares = {row["state"]: row["share_before"] for row in card["rows"]}
    assert shares["active"] == 0.6 and shares["overdue"] == 0.4 and shares["due"] == 0


def test_a_state_that_did_otherwise_is_told_beside_it():
    def notes(*figures):
        tables = {"prediction_calibration": calibration(*figures)}
        return needs.build(page([{}], **tables))["notes"]

    assert (
        "Overdue customers: more ordered than expected. Of 40 on 31 Dec 2023, 30% were "
        "expected to order; 55% did." in notes(40, 0.3, 0.55)
    )
    assert "fewer ordered than expected" in notes(40, 0.3, 0.1)
    # Two standard errors of 30% of 40 are 14 points; and few tell nothing.
    assert "expected to order" not in notes(40, 0.3, 0.44)
    assert "expected to order" not in notes(19, 0.3, 0.9)


def quality(predicted, actual):
    return {
        "cut_off_date": ["2023-12-31"],
        "measure": ["at_stake"],
        "predicted_total": [predicted],
        "actual_total": [actual],
    }


def test_what_became_of_the_last_list_is_told():
    def told(predicted, actual):
        tables = {"prediction_quality": quality(predicted, actual)}
        return needs.build(page([LATE] * 2, **tables))["notes"]

    assert (
        "Customers who were late on 31 Dec were expected to fall 500 short of that "
        "rate, and fell 300 short." in told(500.0, 300.0)
    )
    assert "fall 500 short of that rate; they did not." in told(500.0, -20.0)
    assert "were late on" not in told(None, None)
