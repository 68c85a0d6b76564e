"""Customers as a table of attributes, vars as text, and messages of dbt."""

from __future__ import annotations

import duckdb
import pytest

from input_answers import blocks
from segmentation.inputs import InputProblem, answered
from segmentation.inputs.__main__ import message_of, read_vars
from snapshots import hold_text


def describe(path, columns=None, **options):
    return answered(
        {
            "ask": "source",
            "var": "customers",
            "value": str(path),
            "columns": columns or {},
            "format": options,
        }
    )


@pytest.fixture
def customers(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("CustomerID,Age,Zip,Gender\n1,19,01234,m\n2,,99999,f\n")
    return path


def test_attributes_are_every_other_column(customers):
    source = describe(customers, {"customer_id": "CustomerID"})
    columns = source["parts"][0]["columns"]
    assert list(columns) == ["Age", "Zip", "Gender", "customer_id"]
    assert source["types"]["Age"] == "DOUBLE"
    # A code with a leading zero is no number.
    assert source["types"]["Zip"] == "VARCHAR"


def test_attributes_may_be_chosen_and_rows_numbered(customers):
    source = describe(customers, {"customer_id": None, "attributes": ["Age"]})
    columns = source["parts"][0]["columns"]
    assert columns["customer_id"] == "row_number() over ()"
    assert list(columns) == ["Age", "customer_id"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "set customer_columns: {customer_id: CustomerID}"),
        ({"customer_id": "CustomrID"}, "did you mean 'CustomerID'"),
        ({"customer_id": "CustomerID", "attributes": ["Agee"]}, "did you mean 'Age'"),
        ({"attribute": ["Age"], "customer_id": "CustomerID"}, "not one of our columns"),
    ],
)
def test_customer_columns_that_are_not_there(customers, columns, message):
    with pytest.raises(InputProblem) as caught:
        describe(customers, columns)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "settings", [{"contact_columns": {"email": "Gendre"}}, {"consent_column": "gendr"}]
)
def test_a_contact_or_consent_column_that_is_not_there(customers, settings):
    request = {"ask": "source", "var": "customers", "value": str(customers)}
    columns = {"customer_id": "CustomerID"}
    with pytest.raises(InputProblem, match="did you mean 'Gender'"):
        answered({**request, "columns": columns, "settings": settings})


def test_numbers_that_are_none_are_missing_and_noted(tmp_path):
    path = tmp_path / "customers.csv"
    rows = [f"{i},{i % 7},{i}" for i in range(100)]
    path.write_text("\n".join(['id,"a ""b""",c', *rows, "x,inf,1e308"]) + "\n")
    source = describe(path, {"customer_id": "id"})
    columns = source["parts"][0]["columns"]
    # dbt would not escape a quote within a name.
    assert list(columns) == ["a 'b'", "c", "customer_id"]
    relation = source["parts"][0]["relation"]
    found = duckdb.sql(f"""select count({columns["c"]}), count(*) from {relation}""")
    assert found.fetchall() == [(100, 101)]
    assert any("taken as missing" in note for note in source["notes"])


def test_a_table_of_ids_alone_is_rejected(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("customer_id\n1\n2\n")
    with pytest.raises(InputProblem, match="no column beside the customer's id"):
        describe(path)


def test_setting_of_the_format_that_does_not_exist(customers):
    with pytest.raises(InputProblem, match="did you mean delimiter"):
        describe(customers, {"customer_id": "CustomerID"}, delimeter=";")


def test_encoding_that_cannot_be_read(customers):
    with pytest.raises(InputProblem, match="iconv"):
        describe(customers, {"customer_id": "CustomerID"}, encoding="cp1252")


DBT_SAID = """\
10:00:00  Encountered an error:
Compilation Error in model x (models/x.sql)
10:00:01    The input is empty.
      wanted: rows
  > in macro y (macros/y.sql)
  > called by z
12:30:59 not a time of dbt
Failure in hook
"""


def test_vars_that_cannot_be_read_and_what_dbt_said():
    found = {}
    for text in ("[1]", "{a: ", "a"):
        with pytest.raises(InputProblem) as caught:
            read_vars(text)
        found[f"vars {text!r}"] = str(caught.value)
    found["no vars"] = str(read_vars(""))
    found["what dbt said"] = message_of(DBT_SAID)
    hold_text("inputs_vars", blocks(found))
