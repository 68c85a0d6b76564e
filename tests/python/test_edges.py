"""Values right on an edge, where an off-by-one would go unseen elsewhere."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from segmentation.inputs.customers import is_numeric
from segmentation.inputs.problem import InputProblem
from segmentation.inputs.values import kept_currency
from segmentation.structure import _finest


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["05", "17"], False), (["0.5", "17"], True), (["0", "17"], True), ([], False)],
)
def test_a_leading_zero_makes_a_code(values, expected):
    assert is_numeric(values) is expected


def test_as_few_groups_as_allowed_are_enough():
    path = {3: SimpleNamespace(valley=0.1), 4: SimpleNamespace(valley=0.9)}
    assert _finest(path, count_min=3, valley_limit=0.5) == 3
    assert _finest(path, count_min=4, valley_limit=0.5) == 0


def test_the_commonest_currency_is_proposed():
    with pytest.raises(InputProblem, match="set currency: USD"):
        kept_currency(["EUR", "usd", "USD "], None)
