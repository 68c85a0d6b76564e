"""A table of customers: which values are numbers."""

from __future__ import annotations

import pytest

from segmentation.inputs.customers import _is_usable


@pytest.mark.parametrize(
    ("value", "is_usable"),
    [(" ", True), ("-12.5", True), ("many", False), ("1e300", False)],
)
def test_a_value_of_a_column_of_numbers_is_none_or_one_of_some_size(value, is_usable):
    assert _is_usable(value) is is_usable
