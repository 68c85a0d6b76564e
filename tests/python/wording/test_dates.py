"""Dates as they are written, from whatever a table holds."""

from datetime import date

import pandas as pd
import pytest

from segmentation.wording.dates import as_date, day
from segmentation.wording.numbers import MISSING


def test_dates_are_read_from_whatever_the_table_holds():
    assert as_date(pd.Timestamp("2026-03-01")) == as_date("2026-03-01 00:00:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (day(date(2026, 11, 1)), "1 Nov 2026"),
        (day(pd.Timestamp("2026-11-01 05:00")), "1 Nov 2026"),
        (day(pd.NaT), MISSING),
        (day("2026-02-28T00:00:00"), "28 Feb 2026"),
    ],
)
def test_a_day_is_written_with_its_month_in_letters(text, expected):
    assert text == expected
