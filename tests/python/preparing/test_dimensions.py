"""The numbers of one column's dimensions, right on the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.preparing.dimensions import categorical_rows, numeric_row


def numeric(values, *, kind="numeric", skew_limit=1.0, winsor_share=0.01):
    column = pd.Series(values, dtype=float)
    return numeric_row(column, "x", kind, len(values), skew_limit, winsor_share, 0.5)


def test_a_tail_of_five_customers_is_cut_at_the_quantile():
    values = np.append(np.linspace(-1, 1, 498), [-4.0, 4.0])
    assert numeric(values)["upper_bound"] < 1.0
    # Of four the farthest are kept within three standard deviations.
    small = numeric(values[1:])
    assert small["upper_bound"] == pytest.approx(
        values[1:].mean() + 3 * values[1:].std()
    )
    assert small["lower_bound"] == pytest.approx(
        values[1:].mean() - 3 * values[1:].std()
    )
    near = numeric(np.linspace(0, 1, 10))
    assert (near["lower_bound"], near["upper_bound"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("values", "kind", "added"),
    [
        ([1, 2, 3, 4, 5, 6], "numeric", None),
        ([1, 1, 2, 2, 3, 90], "numeric", 1),
        ([1, 1, 2, 2, 3, 90], "recency", 30),
        ([0, 0, 5, 6, 6, 90], "money", 5),
        ([0, 0, 0.1, 0.1, 0.2, 1], "share", None),
        ([0, 0, 0, 0, 0, 1], "numeric", None),
        ([-1, 1, 2, 2, 3, 90], "numeric", None),
    ],
)
def test_a_skewed_column_is_read_on_a_log_scale(values, kind, added):
    assert numeric(values, kind=kind)["log_offset"] == added


def test_a_column_of_two_values_weighs_as_a_category():
    assert numeric([0, 0, 1, 1])["scale_weight"] == pytest.approx(np.sqrt(0.5))
    assert numeric([0, 0, 1, 2])["scale_weight"] == 1.0


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([np.nan, np.inf], "no customer has a value"),
        ([7, 7, 7], "every customer has the value 7"),
        ([7, 7 + 1e-9, np.nan], "every customer has the value 7"),
        ([0] * 199 + [3], "99.5% of customers have the value 0"),
        ([0] * 198 + [np.nan, 3], "99.5% of customers have the value 0 or none"),
    ],
)
def test_a_column_that_tells_nothing_is_left_out(values, reason):
    row = numeric(values)
    assert not row["is_used"] and row["reason"] == reason


def test_categories_share_out_half_a_column():
    rows = categorical_rows(pd.Series(["a", "a", "a", "b", None]), "x", 0.02, 0.5)
    assert [row["fill_value"] for row in rows] == [0.75, 0.25]
    assert [row["scale_weight"] ** 2 for row in rows] == pytest.approx([0.125, 0.375])
    assert [round(row["standard_deviation"] ** 2, 9) for row in rows] == [0.1875] * 2
    (alike,) = categorical_rows(pd.Series(["a", "a"]), "x", 0.02, 0.5)
    assert alike["reason"] == "every customer has the value a"
    (rare,) = categorical_rows(pd.Series(list("abcd")), "x", 0.3, 0.5)
    assert rare["reason"] == "no category is common enough"
