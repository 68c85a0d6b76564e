"""The words of the report on made-up tables, in several settings: `snapshots.py`."""

from __future__ import annotations

import pandas as pd
import pytest

from report_fixture import make_tables
from segmentation.report import render_report
from snapshots import hold_text, page_words

TABLES = make_tables(count=300)


def without(*names: str) -> dict[str, pd.DataFrame]:
    return {name: table for name, table in TABLES.items() if name not in names}


CASES = {
    "in_english": (TABLES, {"currency": "EUR", "organisation": "Northwind"}),
    "in_german": (
        TABLES,
        {
            "currency": "CHF",
            "locale": "de",
            "title": "Unsere Kunden",
            "colours": ["#0b6e4f", "#aa3355"],
            "wording": {"segments": {"title": "Where the money is"}},
            "minimum_cell_size": 40,
        },
    ),
    "without_orders": (
        without(
            "rfm_grid",
            "segment_monthly",
            "segment_movements",
            "data_quality",
            "customer_predictions",
        ),
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_report_reads_as_it_did(name):
    tables, settings = CASES[name]
    html = render_report(tables=tables, settings=settings)
    hold_text(f"report_{name}", page_words(html))
