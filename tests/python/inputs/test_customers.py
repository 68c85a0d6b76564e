"""A table of customers: which values are numbers."""

from __future__ import annotations

import pytest

from segmentation.inputs import answered
from segmentation.inputs.customers import _is_usable


@pytest.mark.parametrize(
    ("value", "is_usable"),
    [(" ", True), ("-12.5", True), ("many", False), ("1e300", False)],
)
def test_a_value_of_a_column_of_numbers_is_none_or_one_of_some_size(value, is_usable):
    assert _is_usable(value) is is_usable


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("a.csv", "ID,Year_Birth,Dt_Customer\n5524,1957,04-09-2012\n", "ID"),
        ("a.asc", "Member_number;Age;City\n1808;33;Wien\n", "Member_number"),
        ("a.txt", "Kundennr\tAlter\tOrt\n7\t33\tWien\n", "Kundennr"),
        ("a.dat", "age|cust_id|plan\n33|1|A\n", "cust_id"),
        ("a.csv", "RowNumber,CustomerId,Surname\n1,15634602,Hill\n", "CustomerId"),
        ("a.csv", "email,Recency,AcceptedCmp5\na@x.org,38,0\n", "email"),
        ("a.csv", "Fresh,Milk,Region\n12669,9656,3\n", None),
    ],
)
def test_the_id_of_customers_is_found_in_any_file(tmp_path, name, text, key):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    request = {"var": "customers", "value": str(path), "is_check": True}
    columns = answered({**request, "ask": "source"})["parts"][0]["columns"]
    assert columns.pop("customer_id") == (f'"{key}"' if key else "row_number() over ()")
    names = set(text.splitlines()[0].replace(";", ",").replace("\t", ",")
                .replace("|", ",").split(","))  # fmt: skip
    assert set(columns) == names - {key}
