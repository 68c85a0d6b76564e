"""Cells whose money is not shown, and what is known of customers' future."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report_pages import members, page_of, predictions
from segmentation.report.outlook import hidden, hidden_cells


def test_a_few_are_hidden_with_the_smallest_of_the_others():
    assert hidden({"a": 30, "b": 20}, minimum=10) == set()
    assert hidden({"a": 30, "b": 20, "c": 0}, minimum=10) == set()
    # The total less the others would be theirs.
    assert hidden({"a": 30, "b": 20, "c": 7}, minimum=10) == {"b", "c"}
    assert hidden({"a": 30, "b": 6, "c": 7}, minimum=10) == {"b", "c"}


@given(
    st.lists(
        st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=1, max_size=6
    )
)
def test_no_row_and_no_column_gives_a_cell_away(table):
    counts = {
        (row, column): count
        for row, cells in enumerate(table)
        for column, count in enumerate(cells)
    }
    gone = hidden_cells(counts, minimum=10)
    assert {key for key, count in counts.items() if 0 < count < 10} <= gone
    assert not {key for key in gone if not counts[key]}
    for axis, size in ((0, len(table)), (1, 4)):
        for line in range(size):
            cells = [key for key in counts if key[axis] == line]
            inside = sum(counts[key] for key in cells if key in gone)
            is_all = all(key in gone for key in cells if counts[key])
            assert inside == 0 or inside >= 10 or is_all


def test_a_refusal_is_told_in_a_line_and_nothing_is_made_up():
    reason = "fewer than 100 customers have ordered"
    page = page_of(
        {"customer_count": [2]},
        customer_segments=members(["s01", "s01"]),
        customer_predictions=predictions(
            [{}, {}],
            expected_spend=None,
            lifecycle=None,
            silence_probability=None,
            refused_reason=reason,
        ),
    )
    assert page.outlook.people.empty and page.outlook.refused_reason == reason
    assert page_of({"customer_count": [2]}).outlook is None
