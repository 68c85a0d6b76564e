"""The head of the page: shares, bars and figures."""

from __future__ import annotations

import re

from report_pages import page_of
from segmentation.report.sections import overview


def test_parts_of_a_bar_have_as_much_text_as_fits():
    shares = [0.0, 0.019, 0.02, 0.074, 0.075, 0.2]
    page = page_of({"customer_share": shares})
    parts = overview._bar(page, "Customers", "customer_share")["parts"]
    assert [(one["shows"], one["tight"]) for one in parts] == [
        ("", True), ("letter", True), ("letter", True), ("both", True),
        ("both", False)]  # fmt: skip


def test_head_figures_are_customers_revenue_and_segments():
    page = page_of({"customer_count": [3, 1], "revenue": [0.1, 0.2]})
    head = overview.build_head(page)
    texts = [re.sub("<[^>]+>", "", str(figure["value"])) for figure in head]
    assert texts == ["4", "0.30", "2"]
    assert head[2]["href"] is None and head[2]["link"] == "why 2"
    people_only = page_of({"customer_count": [3, 1]})
    labels = [figure["label"] for figure in overview.build_head(people_only)]
    assert labels == ["customers", "segments"]
