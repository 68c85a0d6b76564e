"""Settings that cannot work, and customers as a table of attributes."""

from __future__ import annotations

import duckdb
import pytest
from conftest import REPOSITORY

from segmentation.inputs import InputProblem, answered
from segmentation.inputs.vars.names import check_given, check_names

GOOD = {
    "transactions": "sample",
    "customers": None,
    "transaction_columns": {},
    "customer_columns": {},
    "transaction_format": {},
    "customer_format": {},
    "as_of_date": None,
    "earliest_date": "1971-01-01",
    "time_zone": None,
    "source_time_zone": None,
    "currency": None,
    "exchange_rates": {},
    "cancelled_statuses": ["returned"],
    "cancellation_prefix": None,
    "order_columns": [],
    "status_meanings": {},
    "discount_kind": "money",
    "discount_taken_off": True,
    "discount_products": [],
    "not_goods": [],
    "guest_ids": [],
    "repeated_orders": "auto",
    "open_questions": [],
    "confirmed": [],
    "control_totals": {},
    "cancelled_lines": "net",
    "exclusion_rule_sets": ["general"],
    "drop_exact_duplicates": False,
    "largest_amount": 1e12,
    "longest_id": 255,
    "rejected_share_warning": 0.05,
    "quality_sample_rows": 500000,
    "segment_features": ["recency_days", "order_count"],
    "algorithm": "kmeans",
    "segment_count": "auto",
    "segment_count_min": 2,
    "segment_count_max": 8,
    "refit": "auto",
    "guard_rail_severity": "warn",
    "locale": "en",
    "memory_limit": "80%",
    "threads": None,
    "temp_directory": None,
}


def check(**changed):
    return answered({"ask": "settings", "settings": {**GOOD, **changed}})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"transactions": None, "customers": "people.csv"},
        {"as_of_date": "2024-02-29", "time_zone": "Europe/Berlin"},
        {"currency": "eur", "exchange_rates": {"USD": 0.01}},
        {"rejected_share_warning": 0, "largest_amount": 0.01, "longest_id": 1},
        {"rejected_share_warning": 1, "drop_exact_duplicates": True},
        {"cancelled_lines": "leave_out", "exclusion_rule_sets": []},
        {"segment_count": 1, "algorithm": "auto", "refit": "never"},
        {"segment_count_min": 8, "locale": "de", "guard_rail_severity": "error"},
        {"transactions": None, "customers": "a.csv", "segment_features": ["unknown"]},
    ],
    ids=str,
)
def test_good_settings_pass(changed):
    assert check(**changed) == {}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("transactions", None, "transactions, customers or both"),
        ("as_of_date", "2024-02-30", "a date that exists"),
        ("as_of_date", "31.12.2024", "a date that exists"),
        ("as_of_date", 20241231, "a date that exists"),
        ("earliest_date", None, "a date that exists"),
        ("time_zone", "Berlin", "did you mean Europe/Berlin"),
        ("source_time_zone", "Europe/Berln", "did you mean Europe/Berlin"),
        ("currency", "euros", "three letters"),
        ("exchange_rates", {"USD": 0}, "a number above 0"),
        ("exchange_rates", {"USD": 0.9}, "a currency that the exchange_rates"),
        ("exchange_rates", [0.9], "a mapping"),
        ("transaction_columns", "customer", "a mapping"),
        ("cancelled_statuses", "returned", "a list"),
        ("cancelled_lines", "drop", "one of net, leave_out"),
        ("drop_exact_duplicates", "maybe", "one of true, false"),
        ("order_columns", ["Status"], "name our column, not yours"),
        ("status_meanings", {"offen": "unpaid"}, "sold, never_sold, taken_back"),
        ("discount_kind", "rate", "one of money, share, percent"),
        ("discount_taken_off", "yes", "one of true, false"),
        ("repeated_orders", "drop", "one of auto, latest, keep"),
        ("guest_ids", "guest", "a list"),
        ("control_totals", {"sales": 5}, "numbers for revenue, orders, customers"),
        ("control_totals", {"revenue": "much"}, "numbers for revenue"),
        ("control_totals", "no/books.csv", "a file that exists"),
        ("largest_amount", -1, "a number above 0"),
        ("longest_id", True, "a number above 0"),
        ("rejected_share_warning", 5, "a share from 0 to 1"),
        ("segment_count", "five", "'auto' or a whole number from 1"),
        ("segment_count", 0, "'auto' or a whole number from 1"),
        ("segment_count_min", 9, "at most segment_count_max (8)"),
        ("algorithm", "k-means", "one of kmeans, bisecting_kmeans"),
        ("refit", "sometimes", "one of auto, always, never"),
        ("guard_rail_severity", "loud", "one of warn, error"),
        ("locale", "xx", "one of en, de"),
        ("memory_limit", "4", "a size or a share"),
        ("memory_limit", "0GB", "a size or a share"),
        ("threads", 0, "a whole number from 1"),
        ("threads", 1.5, "a whole number from 1"),
        ("temp_directory", "", "a folder"),
    ],
)
def test_setting_that_cannot_work(name, value, message):
    with pytest.raises(InputProblem) as caught:
        check(**{name: value})
    assert message in str(caught.value)
    assert repr(value) in str(caught.value) or isinstance(value, dict | list)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"transaction": "orders.csv"}, "did you mean transactions?"),
        ({"xyz": 1}, "take xyz out"),
        ({"resample_count": "many"}, "wanted: a number"),
        ({"segment_features": "recency_days"}, "wanted: a list"),
        ({"drop_exact_duplicates": "maybe"}, "wanted: true or false"),
        ({"report_wording": ["a"]}, "wanted: a mapping"),
    ],
)
def test_var_of_the_command_line_that_cannot_work(given, message):
    with pytest.raises(InputProblem) as caught:
        check_given(given, project=REPOSITORY / "dbt_project.yml")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("segment_features", ["recency_day"], "did you mean recency_days?"),
        ("exclusion_rule_sets", ["online_retial"], "did you mean online_retail?"),
        ("exclusion_rule_sets", ["xyz"], "add xyz to seeds/exclusion_rules.csv"),
    ],
)
def test_name_that_no_seed_knows(name, values, message):
    with pytest.raises(InputProblem) as caught:
        check_names({**GOOD, name: values}, seeds=REPOSITORY / "seeds")
    assert message in str(caught.value)


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
