"""The head of the page: the finding, or who there is."""

from __future__ import annotations

from report_pages import members, page_of, predictions
from segmentation.report.decisions import header


def test_without_a_forecast_the_head_says_who_there_is():
    page = page_of({"customer_count": [7, 3], "customer_share": [0.7, 0.3]})
    assert header.headline(page) == "10 customers in 2 segments"
    said = " ".join(str(one) for one in header.write_lede(page))
    assert "The largest group, <b>A</b>, has" in said and ">70%</data> of all" in said
    assert header.refused(page) is None


def test_a_title_that_was_chosen_stands():
    page = page_of({"customer_count": [7]}, settings={"title": "Our people"})
    assert header.headline(page) == "Our people"


def test_why_nothing_is_predicted_is_told():
    reason = "fewer than 90 days of orders"
    page = page_of(
        {"customer_count": [1], "customer_share": [1.0]},
        customer_segments=members(["s01"]),
        customer_predictions=predictions(
            [{}], expected_spend=None, refused_reason=reason
        ),
    )
    assert header.refused(page) == f"Nothing is predicted yet: {reason}."
    assert header.headline(page) == "1 customer in 1 segment"
