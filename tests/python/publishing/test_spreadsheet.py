"""Cells that a spreadsheet does not run, names that are no path."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.publishing.audiences import CHANGES_FILE
from segmentation.publishing.spreadsheet import (
    FORMULA_STARTS,
    file_names,
    safe_cell,
    slug,
    unquoted,
)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+49 30", "'+49 30"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r=1", "' =1"),
        (" =1", "' =1"),
        ("＝1+1", "'＝1+1"),
        ("plain", "plain"),
        ("a;=1+1", "a;'=1+1"),
        ("two\nlines", "two lines"),
        ("nul\0", "nul"),
        ("", ""),
    ],
)
def test_cells_a_spreadsheet_would_run(text, safe):
    assert safe_cell(text) == safe


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (-5, "-5"),
        (-0.25, "-0.25"),
        (3.0, "3"),
        (Decimal("1E+3"), "1000"),
        (True, "true"),
    ],
)
def test_values_that_are_not_text(value, text):
    assert safe_cell(value) == text


@given(st.text(max_size=20))
def test_no_text_starts_a_formula_and_ids_come_back(text):
    cell = safe_cell(text)
    assert not cell.lstrip(" ").startswith(FORMULA_STARTS)
    if not set(text) & set("\0\r\n;\t"):
        assert unquoted(cell) == text


@given(st.text(max_size=90))
def test_a_name_is_never_a_path(text):
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug(text)) <= 60


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd", "etc-passwd.csv"),
        ("C:\\Windows\\x", "c-windows-x.csv"),
        ("Café à gogo", "cafe-a-gogo.csv"),
        ("con", "list-con.csv"),
        ("日本", "s01.csv"),
        ("", "s01.csv"),
        ("changes", "changes-s01.csv"),
    ],
)
def test_file_names(name, file):
    assert file_names({"s01": name}, taken=(CHANGES_FILE,)) == {"s01": file}


def test_names_that_read_alike_get_two_files():
    found = file_names({"s01": "A b", "s02": "a-B", "s03": "A.B"})
    assert found == {"s01": "a-b.csv", "s02": "a-b-s02.csv", "s03": "a-b-s03.csv"}
