"""Messages about inputs: lists that are cut, and the closest name."""

from __future__ import annotations

from segmentation.inputs.problem import closest, listed, plain


def test_a_long_list_is_cut():
    assert listed(["a"] * 20).count("'a'") == 20 and "more" not in listed(["a"] * 20)
    assert listed(["a"] * 21).endswith("'a' and 1 more")
    assert listed([]) == "nothing"


def test_the_closest_name_is_found_however_it_is_written():
    assert plain(" Order-ID\u200b") == "orderid"
    assert closest("order id", ["x", "Order_ID", "orderid2"]) == "Order_ID"
    assert closest("abc", ["xyz"]) is None
