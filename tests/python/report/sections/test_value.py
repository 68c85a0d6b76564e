"""Value tiers: shares, cells and the curve."""

from __future__ import annotations

from report_pages import members, page_of, predictions
from segmentation.report.sections import value


def page():
    customers = (
        [{"value_tier": "top", "expected_spend": 50.0}] * 2
        + [{"value_tier": "high", "expected_spend": 20.0}] * 3
        + [{"value_tier": "low", "expected_spend": 8.0}] * 5
    )
    return page_of(
        {"customer_count": [5, 5]},
        settings={"minimum_cell_size": 2},
        customer_segments=members(["s01"] * 5 + ["s02"] * 5),
        customer_predictions=predictions(customers),
        prediction_calibration={
            "cut_off_date": ["2023-12-31"] * 2,
            "grouping_name": ["value_tier"] * 2,
            "group_name": ["top", "low"],
            "customer_count": [2, 4],
            "expected_spend": [90.0, None],
            "actual_spend": [80.0, None],
        },
    )


def test_the_heading_gives_the_top_tier_its_two_shares():
    found = value.build(page())
    # 100 of 200 from 2 of 10.
    assert found["title"] == (
        "20% of customers are expected to bring 50% of the spend ahead"
    )
    first, second, total = found["rows"]
    assert [cell["spend"] for cell in first["cells"]] == [100.0, 60.0, None, None]
    assert [cell["spend"] for cell in second["cells"]] == [None, None, None, 40.0]
    assert [cell["count"] for cell in total["cells"]] == [2, 3, 0, 5]
    assert total["spend"] == 200.0


def test_the_trial_is_money_of_one_customer():
    trial = value.build(page())["trial"]
    assert (trial["expected"]["top"], trial["actual"]["top"]) == (45.0, 40.0)
    assert trial["expected"]["low"] is None and trial["expected"]["high"] is None


def test_the_curve_passes_through_the_borders_of_the_tiers():
    outlook = page().outlook
    assert value.borders(outlook) == [
        ("top", 0.2, 0.5),
        ("high", 0.5, 0.8),
        ("medium", 0.5, 0.8),
    ]
    points = dict(value.curve(outlook))
    assert points[0.0] == 0.0 and points[0.2] == 0.5 and points[1.0] == 1.0
