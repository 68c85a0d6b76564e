"""Campaigns on the page: the finding, the reading of a row, what is not said."""

from __future__ import annotations

import pytest

from report_pages import page_of
from segmentation.report.decisions import results
from segmentation.report.sections import campaigns

# 100 spent each, of which 10 are the campaign's.
ROW = {
    "campaign_id": "spring", "campaign_name": "Spring", "campaign_type": None,
    "segment_id": "all", "segment_name": "All", "status": "final", "note": None,
    "starts_on": "2024-03-01", "ends_on": "2024-03-14", "drawn_on": "2024-03-01",
    "outcome_days": 30,
    "audience": "win_back", "holdout_share": 0.2, "assigned_treated": 400,
    "assigned_held_out": 100, "treated_customers": 400, "held_out_customers": 100,
    "treated_spend": 40000.0, "held_out_spend": 9000.0, "contact_count": 300,
    "contacted_customers": 300, "contacted_share": 0.75, "held_out_contacted": 0,
    "redemption_count": 0, "redeeming_customers": 0, "overlap_customers": 0,
    "lift": 10.0, "lift_low": 2.0, "lift_high": 18.0, "lift_total": 4000.0,
    "lift_total_low": 800.0, "lift_total_high": 7200.0, "cost": None,
    "p_value": 0.01, "p_value_adjusted": None, "variance_removed": 0.5,
    "buyer_lift": 0.02, "buyer_lift_low": -0.01, "buyer_lift_high": 0.05,
}  # fmt: skip
NOTHING = dict.fromkeys(
    [name for name in ROW if name.startswith(("lift", "buyer", "p_", "variance"))]
)


def page(*changes, **tables):
    rows = [ROW | change for change in changes or [{}]]
    table = {name: [row[name] for row in rows] for name in ROW}
    return page_of({"customer_count": [300, 200]}, campaign_results=table, **tables)


def test_the_heading_is_what_the_last_campaign_says_that_says_anything():
    older = {
        "campaign_id": "old", "lift_low": -5.0,
        "starts_on": "2024-01-01", "drawn_on": "2023-12-31",
    }  # fmt: skip
    running = {"campaign_id": "new", "starts_on": "2024-04-01", "status": "running"}

    found = campaigns.build(page(older, running, {}))

    said = "Spring raised spend (+11%, 2.2% to 20%)"
    assert found["title"] == f"{said}; 1 other: too uncertain to tell"
    assert results.finding(page({})) == said
    later = {**older, "starts_on": "2024-03-02", "campaign_name": "May"}
    assert results.finding(page(later, {})) == f"{said}; 1 other: too uncertain to tell"
    assert results.finding(page(later)).startswith("May: the effect is too uncertain")
    assert [test["name"] for test in found["tests"]] == ["Spring"] * 3
    assert results.finding(page(running)) is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "Worked"),
        ({"p_value_adjusted": 0.2}, "Perhaps"),
        ({"lift_low": -3.0}, "Cannot tell"),
        ({"lift": 1.0, "lift_low": -3.0, "lift_high": 5.0}, "No large gain"),
        # It may well have cost sales: an effect, but no gain.
        ({"lift": -9.0, "lift_low": -25.0, "lift_high": 5.0}, "No large gain"),
        ({"lift": -9.0, "lift_low": -15.0, "lift_high": -1.0}, "Cost sales"),
        ({"status": "running"}, "Running"),
        ({"drawn_on": "2024-03-02"}, "Drawn late"),
        (NOTHING, "Cannot tell"),
        (NOTHING | {"status": "running"}, "Running"),
        (NOTHING | {"status": "refused"}, "Refused"),
    ],
)
def test_a_result_is_read_in_a_word(change, word):
    assert results.reading(ROW | change)["word"] == word


def test_what_was_drawn_too_late_is_no_finding():
    late = {"drawn_on": "2024-03-02"}

    found = campaigns.build(page(late))

    assert results.finding(page(late)) is None and results.measured(page(late)) == {}
    assert found["title"] == "1 campaign has no result to go by"
    assert found["next"][0] == "Put a campaign in the table before it begins."
    (test,) = found["tests"]
    assert "drawn at random to be held out" in test["what"]
    assert not any("it brought" in note for note in test["notes"])


def test_what_is_withheld_says_why():
    assert results.reading(ROW | NOTHING | {"note": None})["text"].startswith(
        "Not shown: it would give away"
    )


def test_segments_stand_above_all_of_them_on_one_scale():
    few = NOTHING | {"segment_id": "s02", "segment_name": "B", "note": "Too few."}
    first = {"segment_id": "s01", "segment_name": "A", "lift_high": 40.0}

    (test,) = campaigns.build(page({}, few, first))["tests"]

    assert [row["name"] for row in test["rows"]] == ["A", "B", "All"]
    assert [row["svg"] is None for row in test["rows"]] == [False, True, False]
    assert test["rows"][1]["reading"]["text"] == "Too few."
    assert test["scale"] == ["0%", "+60%"]
    assert (
        "In all that is 4,000 of revenue (95% interval 800 to 7,200)."
        in (test["notes"])
    )


def test_a_plan_names_its_list():
    plan = NOTHING | {"status": "planned"}
    settings = {
        "audiences": [{"campaign_id": "spring", "file": "campaigns/spring.csv"}]
    }
    rows = [ROW | plan]
    found = campaigns.build(
        page_of(
            {"customer_count": [500]},
            settings=settings,
            campaign_results={name: [row[name] for row in rows] for name in ROW},
        )
    )

    assert found["title"] == "1 campaign planned"
    assert found["plans"][0]["file"] == "campaigns/spring.csv"
    assert found["tests"] == []


def test_without_a_holdout_there_is_reach_and_no_effect():
    reached = NOTHING | {
        "holdout_share": 0.0, "audience": None, "campaign_type": "A",
        "held_out_customers": 0, "redemption_count": 70, "redeeming_customers": 60,
    }  # fmt: skip
    part = {"segment_id": "s01", "contacted_customers": 200, "redeeming_customers": 50}

    found = campaigns.build(page(reached, reached | part))

    assert found["title"] == (
        "1 campaign, 300 contacts: what they brought is not known"
    )
    assert found["tests"] == []
    assert found["others"][0]["share"] == 0.2
    (table,) = found["segments"]
    assert [row["shares"] for row in table["rows"]] == [[0.25], [0.2]]
    assert found["next"][0] == "Next time, hold out some customers at random."
    assert results.finding(page(reached)) is None


def test_what_begins_after_the_newest_day_has_reached_nobody():
    """As of 2 Oct a campaign of 28 Dec had 'reached 183, 3 redeemed'."""
    plain = NOTHING | {"holdout_share": 0.0, "audience": None, "redemption_count": 3}
    later = plain | {"campaign_id": "later", "status": "planned"}

    found = campaigns.build(page(plain, later))

    assert found["title"].startswith("1 campaign, 300 contacts:")
    assert len(found["others"]) == 1 and found["later"] == 1


def test_an_audience_is_told_in_words():
    steps = {"action_id": ["win_back"], "recommended_action": ["One good reason"]}
    found = page(segment_actions=steps)
    names = ("all", "win_back", "s02", "recency_days > 30", "Big-Basket Shoppers")
    words = {name: campaigns.whom(found, name) for name in names}
    assert words == {
        "all": "all customers",
        "win_back": "the list “One good reason”",
        "s02": "B",
        "recency_days > 30": "customers with recency_days > 30",
        "Big-Basket Shoppers": "Big-Basket Shoppers",
    }
    assert "; 20% held out at random" in campaigns.in_words(found, ROW)


def test_what_an_actions_campaign_brought_stands_next_to_the_action():
    assert results.measured(page()).get("win_back") == (
        "measured: +11% spend (2.2% to 20%), Spring"
    )
    assert results.measured(page()).get("welcome") is None
    assert results.measured(page(NOTHING)).get("win_back") is None


def test_a_shop_without_campaigns_has_no_section():
    assert campaigns.build(page_of({"customer_count": [1]})) is None
