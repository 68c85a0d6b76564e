"""`make check`: what it guesses, and that what it prints is complete."""

from __future__ import annotations

import pytest
import yaml

from segmentation.inputs import answered
from segmentation.inputs.__main__ import ASKED, main
from segmentation.inputs.report import PASTED
from snapshots import hold_text
from staging_build import judged

GERMAN = (
    "Kundennummer;Bestelldatum;Menge;Einzelpreis;Rabatt\n"
    "007;31.01.2024;2;1.234,50;1\n"
    "guest;05.02.2024;1;7,20;1\n"
)


def report_of(path, **request):
    question = {"ask": "report", "var": "transactions", "value": str(path)}
    return answered({**question, "columns": {}, **request})["text"]


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (
            "Customer ID,InvoiceDate,Quantity,UnitPrice,TaxAmount",
            {
                "customer_id": "Customer ID",
                "ordered_at": "InvoiceDate",
                "quantity": "Quantity",
                "unit_price": "UnitPrice",
            },
        ),
        (
            "cust_id,date,Sales,Discount",
            {
                "customer_id": "cust_id",
                "ordered_at": "date",
                "amount": "Sales",
                "discount": "Discount",
            },
        ),
    ],
)
def test_columns_are_guessed(tmp_path, header, mapping):
    path = tmp_path / "orders.csv"
    row = ["a", "2024-01-05", "1", "2", "3"][: header.count(",") + 1]
    path.write_text(f"{header}\n{','.join(row)}\n")
    pasted = yaml.safe_load(report_of(path).partition(PASTED)[2])
    assert pasted["transactions"] == str(path)
    assert pasted["transaction_columns"] == mapping
    # Whether a discount is off the amounts already cannot be told by one row.
    assert pasted.get("open_questions", []) == ["discount"] * ("discount" in mapping)


def test_rows_of_customers_without_an_id_are_numbered(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("Region,Fresh\n1,2\n")
    pasted = yaml.safe_load(report_of(path, var="customers").partition(PASTED)[2])
    assert pasted["customer_columns"] == {"customer_id": None}


@pytest.mark.slow
def test_check_of_a_bare_path_ends_with_vars_that_build(tmp_path, capsys):
    path = tmp_path / "bestellungen.csv"
    path.write_text(GERMAN)
    assert main(["--vars", f"{{transactions: '{path}', currency: EUR}}"]) == ASKED
    text = capsys.readouterr().out
    hold_text("check_orders", text.replace(str(tmp_path), "HERE"))
    assert "1 accepted, 1 left out (50.0%)" in text
    assert "2024-01-31 to 2024-01-31, 2,469.00 in all" in text
    assert "left out: guest order" in text
    pasted = yaml.safe_load(text.rpartition(PASTED)[2])
    assert pasted["currency"] == "EUR"
    assert text.splitlines()[-1].startswith("# Hold against your books: 2,469.00")
    with pytest.raises(AssertionError, match="1 question is open"):
        judged(tmp_path, GERMAN, name=path.name, **pasted | {"transactions": str(path)})
    pasted["open_questions"] = []
    build = judged(tmp_path, GERMAN, name=path.name, **{
        name: value for name, value in pasted.items() if name != "transactions"
    })  # fmt: skip
    assert build.rows("select cast(net_amount as varchar) from stg_transactions") == [
        ("2469.00",)
    ]


@pytest.mark.slow
def test_check_of_customers_alone(tmp_path, capsys):
    path = tmp_path / "customers.csv"
    path.write_text("CustomerID,Age\n1,20\nNULL,30\n2,\n")
    assert main(["--vars", f"{{transactions: null, customers: '{path}'}}"]) == 0
    text = capsys.readouterr().out
    hold_text("check_customers", text.replace(str(tmp_path), "HERE"))
    assert "1 left out (33.3%)" in text
    assert "customer_id: CustomerID" in text.rpartition(PASTED)[2]
