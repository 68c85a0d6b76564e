"""The head of the page: shares, bars and figures."""

from __future__ import annotations

import re

import pytest

from report_pages import page_of
from segmentation.report.sections import overview


@pytest.mark.parametrize(
    ("customers", "revenue", "is_concentrated"),
    [
        ([0.7, 0.3], [0.5, 0.5], False),
        ([0.3, 0.7], [0.5, 0.5], True),
        ([0.31, 0.69], [0.5, 0.5], False),
        ([0.2, 0.1, 0.7], [0.3, 0.2, 0.5], False),
        ([0.1, 0.15, 0.75], [0.35, 0.25, 0.4], False),
        ([0.1, 0.15, 0.75], [0.3, 0.4, 0.3], True),
        ([0.1, 0.9], [0.4, None], False),
    ],
)
def test_a_third_of_customers_with_half_of_the_money_are_few(
    customers, revenue, is_concentrated
):
    page = page_of({"customer_share": customers, "revenue_share": revenue})
    assert overview._is_concentrated(page) is is_concentrated


def test_parts_of_a_bar_have_as_much_text_as_fits():
    shares = [0.0, 0.019, 0.02, 0.074, 0.075, 0.2]
    page = page_of({"customer_share": shares})
    parts = overview._bar(page, "Customers", "customer_share")["parts"]
    assert [(one["shows"], one["tight"]) for one in parts] == [
        ("", True), ("letter", True), ("letter", True), ("both", True),
        ("both", False)]  # fmt: skip


def test_head_figures_count_whoever_came_back():
    page = page_of(
        {"customer_count": [3, 1], "revenue": [0.1, 0.2]},
        customer_segments={
            "customer_id": list("abcd"),
            "btyd_frequency": [0, 1, 2, None],
        },
    )
    head = overview.build_head(page)
    texts = [re.sub("<[^>]+>", "", str(figure["value"])) for figure in head]
    assert texts == ["4", "0.30", "50%", "2"]
    assert head[3]["href"] is None and head[3]["link"] == "why 2"
