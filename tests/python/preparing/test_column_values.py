"""What a column holds: kinds, categories, numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.preparing.column_values import (
    column_kind,
    frequent_categories,
    numeric_values,
)
from segmentation.preparing.dimensions import numeric_row


def numeric(values, *, kind="numeric", skew_limit=1.0, winsor_share=0.01):
    column = pd.Series(values, dtype=float)
    return numeric_row(column, "x", kind, len(values), skew_limit, winsor_share, 0.5)


@pytest.mark.parametrize(
    ("values", "name", "kind"),
    [
        ([1, 2], "recency_days", "recency"),
        ([0.1, None], "a_share", "share"),
        ([1, 2], "share_a", "numeric"),
        (["1", None, "2.5"], "x", "numeric"),
        (["1", "b"], "x", "categorical"),
        ([True, False], "x", "categorical"),
        ([None, None], "x", "numeric"),
    ],
)
def test_a_column_has_a_kind(values, name, kind):
    assert column_kind(pd.Series(values), name=name) == kind


def test_a_category_is_frequent_from_its_share_on():
    column = pd.Series(["a"] * 3 + ["b"] * 1)
    assert frequent_categories(column, smallest_share=0.25) == ["a", "b"]
    assert frequent_categories(column, smallest_share=0.26) == ["a"]


def test_numbers_that_are_none_are_missing():
    found = numeric_values(pd.Series(["1", "x", "inf", None]))
    np.testing.assert_array_equal(found, [1.0, np.nan, np.nan, np.nan])
