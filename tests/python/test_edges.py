"""Values right on an edge, where an off-by-one would go unseen elsewhere."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segmentation.backtest import evaluation_date, month_end_after
from segmentation.columns import column_kind, frequent_categories, numeric_values
from segmentation.conditions import Condition, holds, readable_threshold, rule_text
from segmentation.density import neighbour_count
from segmentation.dimensions import categorical_rows, numeric_row
from segmentation.drift import bin_edges, bin_shares, stability_index
from segmentation.expectation import quantile_groups
from segmentation.inputs.customers import _is_usable
from segmentation.inputs.evidence.values import kept_currency
from segmentation.inputs.files.text import sniff_text
from segmentation.inputs.problem import InputProblem, closest, listed, plain
from segmentation.measures import jaccards, overlap_table, renamed
from segmentation.rules import _row_weights
from segmentation.settings import Settings, whole_number
from segmentation.structure import _finest
from segmentation.wording import joined, plain_number, value_text


def numeric(values, *, kind="numeric", skew_limit=1.0, winsor_share=0.01):
    column = pd.Series(values, dtype=float)
    return numeric_row(column, "x", kind, len(values), skew_limit, winsor_share, 0.5)


def test_as_few_groups_as_allowed_are_enough():
    path = {3: SimpleNamespace(valley=0.1), 4: SimpleNamespace(valley=0.9)}
    assert _finest(path, count_min=3, valley_limit=0.5) == 3
    assert _finest(path, count_min=4, valley_limit=0.5) == 0
    # A valley at the limit is none.
    assert _finest(path, count_min=3, valley_limit=0.1) == 0


def test_the_commonest_currency_is_proposed():
    with pytest.raises(InputProblem, match="set currency: USD"):
        kept_currency(["EUR", "usd", "USD "], None)
    with pytest.raises(InputProblem, match="set currency: AUD"):
        kept_currency(["USD", "AUD"], None)
    with pytest.raises(InputProblem, match="set currency: USD"):
        kept_currency(["USD", "USD", "AUD"], "EUR")


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


@pytest.mark.parametrize(
    ("value", "spread", "is_integer", "text"),
    [
        (0.0, 5, False, "0.0"),
        (-0.3, 10, True, "0.0"),
        (0.6, 10, True, "1.0"),
        (87.53, 700, False, "88.0"),
        (87.53, 199, False, "88.0"),
        (87.53, 19.9, False, "87.5"),
        (87.53, 20, False, "88.0"),
        (8753, 0, False, "8800.0"),
        (np.inf, 1, False, "inf"),
        (0.0123, 0, False, "0.012"),
    ],
)
def test_a_threshold_keeps_what_a_reader_remembers(value, spread, is_integer, text):
    found = readable_threshold(value=value, spread=spread, is_integer=is_integer)
    assert str(found) == text


def test_a_condition_includes_its_limit_and_no_missing_value():
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0, np.nan], "c": ["a", "b", None, "a"]})
    for operator, value, name, expected in (
        (">=", 2.0, "n", [False, True, True, False]),
        ("<=", 2.0, "n", [True, True, False, False]),
        ("=", "a", "c", [True, False, False, True]),
        ("<>", "a", "c", [False, True, False, False]),
    ):
        assert holds(frame, Condition(name, operator, value)).tolist() == expected


def test_both_ends_of_a_range_are_one_part():
    labels = pd.DataFrame(
        [["n", "Days off", "days", "many", "few"]],
        columns=["feature", "feature_label", "unit", "high_words", "low_words"],
    )
    for conditions, text in (
        ([(">=", 1)], "Days off at least 1 day"),
        ([("<=", 2), ("<=", 3)], "Days off at most 2 days"),
        ([(">=", 1), (">=", 2), ("<=", 5)], "Days off from 2 days to 5 days"),
        ([(">=", 2), ("<=", 2)], "Days off 2 days"),
        ([("=", "a"), ("<>", "b")], "Days off is a and is not b"),
        ([], "Everybody"),
    ):
        found = tuple(Condition("n", *one) for one in conditions)
        assert rule_text(conditions=found, labels=labels) == text


def test_the_date_to_evaluate_has_three_whole_months_after_it():
    ends = [datetime.date(2024, month, day) for month, day in
            ((1, 31), (2, 29), (3, 31), (4, 30), (5, 31))]  # fmt: skip
    assert evaluation_date(ends) == datetime.date(2024, 2, 29)
    assert evaluation_date([*ends[:4], datetime.date(2024, 5, 30)]) == ends[0]
    assert evaluation_date(ends[:3]) is None
    assert evaluation_date([datetime.date(2024, 1, 30), *ends[3:]]) is None
    assert month_end_after(datetime.date(2023, 12, 5), 0) == datetime.date(2023, 12, 31)
    assert month_end_after(datetime.date(2023, 9, 30), 3) == datetime.date(2023, 12, 31)
    assert month_end_after(datetime.date(2023, 10, 1), 3) == datetime.date(2024, 1, 31)


def test_bins_end_at_their_edges():
    values = np.arange(1.0, 21.0)
    edges = bin_edges(values)
    assert len(edges) == 9
    assert bin_shares(values, edges) == [0.1] * 10
    assert bin_shares(np.array([3.0, np.nan]), [3.0, 5.0]) == [1.0, 0.0, 0.0]
    assert bin_shares(np.array([]), [3.0]) == [0.0, 0.0]
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0.0
    assert stability_index([0.5, 0.5], [0.25, 0.75]) == pytest.approx(
        0.25 * np.log(3), abs=1e-6
    )


def test_who_is_left_out_of_a_search_counts_through_those_in_it():
    few, many = np.array([True, False]), np.array([True] * 3 + [False] * 5)
    assert _row_weights(few, few).tolist() == [1, 1]
    assert _row_weights(many, few).tolist() == [3, 5]
    assert _row_weights(many[:3], many[:1]).tolist() == [3]


def test_equal_values_are_in_one_group():
    assert quantile_groups(np.array([1.0, 2.0, 2.0, 9.0]), 4).tolist() == [0, 1, 1, 3]


@pytest.mark.parametrize(
    ("value", "number"),
    [("5", 5), (5.0, 5), (5.5, None), ("x", None), (True, None), (None, None)],
)
def test_a_whole_number_is_told(value, number):
    assert whole_number(value) == number


def test_a_number_of_segments_widens_the_range():
    found = Settings(segment_count="9", segment_count_min=3, segment_count_max=8)
    assert (found.segment_count, found.segment_count_min, found.segment_count_max) == (
        9, 3, 9)  # fmt: skip
    assert Settings(segment_count=1).segment_count_min == 1
    assert Settings(segment_count_min=8, segment_count_max=8).segment_count == "auto"
    with pytest.raises(ValueError, match="segment_count_min"):
        Settings(segment_count_min=9, segment_count_max=8)


def test_labels_are_compared_pair_by_pair():
    left, right = np.array([0, 0, 1, 1, 1, -1]), np.array([1, 1, 1, 0, 0, -1])
    assert overlap_table(left, right).tolist() == [[0, 2, 0], [2, 1, 0], [0, 0, 1]]
    assert jaccards(left, right, 3) == pytest.approx([2 / 3, 2 / 3, 0])
    assert renamed(left, right).tolist() == [0, 0, 0, 1, 1, -1]
    # Two is without a partner: a number that the reference has not.
    assert renamed(left, np.array([0, 0, 1, 1, 2, 2])).tolist() == [0, 0, 1, 1, 4, 4]


@pytest.mark.parametrize(("size", "count"), [(10, 5), (500, 5), (600, 6), (1000, 10)])
def test_one_in_a_hundred_and_no_fewer_than_five_are_neighbours(size, count):
    assert neighbour_count([None] * size) == count


def test_words_of_numbers_and_lists():
    assert plain_number(-0.0000001) == "0"
    assert plain_number(1234.5) == "1,234.5"
    assert value_text(value=1.0, unit="days") == "1 day"
    assert value_text(value=0.12345, unit="share") == "12.345%"
    assert [joined(list(words)) for words in ("", "a", "ab", "abc")] == [
        "", "a", "a and b", "a, b and c"]  # fmt: skip
    assert listed(["a"] * 20).count("'a'") == 20 and "more" not in listed(["a"] * 20)
    assert listed(["a"] * 21).endswith("'a' and 1 more")
    assert listed([]) == "nothing"
    assert plain(" Order-ID\u200b") == "orderid"
    assert closest("order id", ["x", "Order_ID", "orderid2"]) == "Order_ID"
    assert closest("abc", ["xyz"]) is None


@pytest.mark.parametrize(
    ("value", "is_usable"),
    [(" ", True), ("-12.5", True), ("many", False), ("1e300", False)],
)
def test_a_value_of_a_column_of_numbers_is_none_or_one_of_some_size(value, is_usable):
    assert _is_usable(value) is is_usable


def test_one_line_without_names_is_a_file(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("007,2024-01-05,5.00\n")
    found = sniff_text(str(path), {}, var="transactions")
    assert not found.header and found.names == ("column1", "column2", "column3")
    path.write_text("customer_id,ordered_at,amount\n")
    with pytest.raises(InputProblem, match="holds no transactions"):
        sniff_text(str(path), {}, var="transactions")
