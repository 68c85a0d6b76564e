"""Placing a customer by hand: the examples."""

from __future__ import annotations

from report_pages import page_of
from segmentation.report.model import placing


def test_examples_to_place_are_typical_customers():
    medians = {(f"s{n:02d}", "n"): 1000 / n for n in range(1, 5)}
    page = page_of({"revenue": [1.0] * 4})
    assert placing._example(page, ["n"], medians).splitlines() == [
        "customer_id,n", "like-A,1000", "like-B,500", "like-C,333.333"]  # fmt: skip
