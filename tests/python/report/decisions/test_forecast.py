"""What to expect: each sentence on a few rows, with literal answers."""

from __future__ import annotations

import pytest

from report_pages import members, page_of, predictions
from segmentation.report.decisions import forecast
from segmentation.report.decisions.header import headline


def record(*trials, predicted=1000.0, recent=800.0, low=None, high=None, **more):
    """Columns of prediction_record: (day, predicted, actual) of each tried day."""
    rows = [
        {
            "cut_off_date": day,
            "is_newest": False,
            "measure": measure,
            "predicted_total": told,
            "predicted_low": None,
            "predicted_high": None,
            "actual_total": came,
            "recent_total": None,
            "sample_share": 1.0,
            "is_season_seen": True,
            **more,
        }
        for measure in ("spend", "order_days")
        for day, told, came in trials
    ]
    rows += [
        {
            "cut_off_date": "2024-03-31",
            "is_newest": True,
            "measure": measure,
            "predicted_total": predicted,
            "predicted_low": low,
            "predicted_high": high,
            "actual_total": None,
            "recent_total": recent,
            "is_season_seen": True,
            **more,
            "sample_share": 1.0,
        }
        for measure in ("spend", "order_days")
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def page(columns, *first_days):
    return page_of(
        {"revenue": [1.0], "customer_count": [1]},
        customer_segments={
            **members(["s01"] * max(len(first_days), 1)),
            **({"first_order_date": list(first_days)} if first_days else {}),
        },
        customer_predictions=predictions([{}]),
        prediction_record=columns,
    )


@pytest.mark.parametrize(
    ("columns", "heading"),
    [
        ({"recent": 800.0, "low": 900.0, "high": 1100.0},
         "1,000 in the next 90 days, 25% more than in the last 90"),
        ({"recent": 1004.0, "low": 999.0, "high": 1001.0},
         "1,000 in the next 90 days, about as much as in the last 90"),
        # Without a range nobody knows what a difference is worth.
        ({"recent": 800.0}, "1,000 in the next 90 days"),
        # A change within the range is not clear, and a small one is none.
        ({"recent": 1250.0, "low": 790.0, "high": 1265.0},
         "1,000 in the next 90 days, not clearly less than in the last 90"),
        ({"recent": 900.0, "low": 790.0, "high": 1265.0},
         "1,000 in the next 90 days, not clearly more than in the last 90"),
        ({"recent": 1040.0, "low": 790.0, "high": 1265.0},
         "1,000 in the next 90 days, about as much as in the last 90"),
        ({"recent": 1270.0, "low": 790.0, "high": 1265.0},
         "1,000 in the next 90 days, 21% less than in the last 90"),
        ({"recent": 0.0}, "1,000 in the next 90 days"),
    ],
)  # fmt: skip
def test_the_heading_compares_with_the_last_horizon(columns, heading):
    assert forecast.build(page(record(**columns)))["title"] == heading


def test_where_many_are_newcomers_the_next_horizon_is_not_held_to_their_first_orders():
    ranged = record(recent=2000.0, low=900.0, high=1100.0)
    old, new = ["2023-06-01"] * 19, "2024-03-01"
    few = forecast.build(page(ranged, *old, new))["title"]
    assert few == "1,000 in the next 90 days, 50% less than in the last 90"
    many = page(ranged, *old, new, new)
    assert forecast.build(many)["title"] == "1,000 in the next 90 days"
    assert headline(many) == (
        "Today's customers should spend about 1,000 in the next 90 days"
    )


def test_the_record_tells_the_worst_miss_in_either_direction():
    none = forecast.build(page(record()))
    assert none["record_title"] == "No earlier forecast could be tried yet"
    assert none["svg"] is None and none["spend_range"] == "no range yet"
    one = forecast.build(page(record(("2023-12-31", 104.0, 100.0))))
    assert one["record_title"] == "The one earlier forecast missed by 4.0%"
    assert "Order forecast missed by 4.0%." in one["notes"]
    trials = [("2023-12-01", 104.0, 100.0), ("2023-12-31", 90.0, 100.0)]
    two = forecast.build(page(record(*trials, low=900.0, high=1100.0)))
    assert two["record_title"] == "Two earlier forecasts missed by 10% at most"
    assert two["spend_range"] == "80% range 900 to 1,100"
    assert "(1 Dec to 31 Dec)" in two["notes"]


def test_a_sample_is_shown_at_the_size_of_all_and_said_to_be_one():
    found = page(record(("2023-12-31", 100.0, 80.0), sample_share=0.125))
    _, trials = forecast.record(found, "spend")
    assert (trials[0]["predicted_total"], trials[0]["actual_total"]) == (800.0, 640.0)
    assert "a sample of 13% of the customers" in forecast.build(found)["notes"]


def test_a_season_that_was_not_seen_is_told():
    told = "neither the forecast nor its range allows for the season"
    ranged = record(low=900.0, high=1100.0, is_season_seen=False)
    assert told in forecast.build(page(ranged))["notes"]
    unranged = forecast.build(page(record(is_season_seen=False)))["notes"]
    assert "the forecast does not allow for the season" in unranged
    assert told not in forecast.build(page(record()))["notes"]


def test_there_is_no_card_without_a_forecast():
    columns = record()
    refused = page_of(
        {"revenue": [1.0]},
        customer_segments=members(["s01"]),
        customer_predictions=predictions([{}], expected_spend=None),
        prediction_record=columns,
    )
    assert forecast.build(refused) is None
    assert forecast.build(page_of({"revenue": [1.0]})) is None
