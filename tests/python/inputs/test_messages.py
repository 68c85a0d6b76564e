"""What is said of files and settings: every message and description, word by word.

Held in `snapshots/` as `snapshots.py` does; what a message must say is tested beside.
"""

from __future__ import annotations

import os

import duckdb
import pytest

from input_answers import blocks, said
from segmentation.inputs import InputProblem
from segmentation.inputs.columns import map_columns
from snapshots import hold_text
from written_files import HEADER, READ, REJECTED, write_case

# name: (file name, text, further parts of the request)
SOURCES = {
    "guessed in German": (
        "a.csv",
        "Kundennr;Bestelldatum;Menge;Einzelpreis;Rabatt;Status\n"
        "007;31.01.2024;2;1.234,50;1;bezahlt\n8;05.02.2024 10:30;1;7,20;;offen\n",
        {"is_check": True},
    ),
    "nothing that fits": ("a.csv", "x;y\n1;2\n", {"is_check": True}),
    "mapped, turned off, not there, close": (
        "a.csv",
        f"{HEADER},Kanal\na,2024-01-05,5,tea,web\n",
        {
            "columns": {
                "channel": "Kanal",
                "product_id": None,
                "category": "prodct_id",
                "status": "nothing alike",
            },
            "currency": "EUR",
        },
    ),
    "whitespace, no header, named": (
        "a.txt",
        "1 20240131 3 5.50\n22 20240201 1 12.00\n",
        {
            "format": {
                "header": False,
                "names": ["id", "day", "count", "price"],
                "date_format": "%Y%m%d",
            },
            "columns": {
                "customer_id": "id",
                "ordered_at": "day",
                "quantity": "count",
                "unit_price": "price",
            },
        },
    ),
    "whitespace that is seen": (
        "a.txt",
        "customer_id ordered_at  amount\n1 2024-01-31 5.50\n22 2024-02-01 12.00\n",
        {},
    ),
    "skipped lines, pipes, two-digit years, currency": (
        "a.csv",
        "Orders\n\ncustomer_id|ordered_at|amount|currency\na|31/01/24|5|eur\n"
        "b|25/02/24|6|EUR\n",
        {"format": {"skip_lines": 2}},
    ),
    "currencies with rates": (
        "a.csv",
        "customer_id,ordered_at,amount,currency\na,2024-01-05,5,USD\nb,2024-01-06,7,\n",
        {"currency": "EUR", "exchange_rates": {"USD": 0.9}},
    ),
    "currencies, none set": (
        "a.csv",
        "customer_id,ordered_at,amount,currency\na,2024-01-05,5,USD\n"
        "b,2024-01-06,7,CHF\nb,2024-01-07,7,CHF\nb,2024-01-07,7,AUD\n"
        "b,2024-01-07,7,AUD\n",
        {},
    ),
    "currency that is not there": (
        "a.csv",
        "customer_id,ordered_at,amount,currency\na,2024-01-05,5,USD\n",
        {"currency": "EUR"},
    ),
    "thousands or decimals": (
        "a.csv",
        'customer_id,ordered_at,amount\na,2024-01-05,"1,234"\n',
        {},
    ),
    "decimal mark that is set": (
        "a.csv",
        'customer_id,ordered_at,amount\na,2024-01-05,"1,234"\n',
        {"format": {"decimal_mark": ","}},
    ),
    "decimal mark that is none": (
        "a.csv",
        "customer_id,ordered_at,amount\na,2024-01-05,1\n",
        {"format": {"decimal_mark": ";"}},
    ),
    "JSON lines, keys by how common they are": (
        "a.jsonl",
        '{"customer_id": 1, "ordered_at": 1704412800000, "amount": 2}\n'
        '{"customer_id": 2, "ordered_at": 1704412900000, "amount": 3, "status": "w"}\n',
        {},
    ),
    "JSON that is a list": ("a.jsonl", "[1, 2]\n", {}),
    "escaped by a backslash": (
        "a.csv",
        f'{HEADER}\na,2024-01-05,5,"a \\"b\\" c"\n',
        {},
    ),
    "names twice and blank": (
        "a.csv",
        "customer_id,ordered_at,amount,,a,A\nx,2024-01-05,5,1,2,3\n",
        {},
    ),
    "customers": (
        "a.csv",
        "Nr,Age,Zip,Name,Odd\n1,20,012,a,1\n2,30.5,123,b,2\n3,,99,c,1e99\n"
        + "".join(f"{i},{i},{i},n,{i}\n" for i in range(4, 40)),
        {"var": "customers", "columns": {"customer_id": "Nr"}},
    ),
    "customers, guessed": (
        "a.csv",
        "email,points\na@b,1\n",
        {"var": "customers", "is_check": True, "format": {"delimiter": ","}},
    ),
    "customers by position": (
        "a.csv",
        "Age,Points\n1,2\n",
        {"var": "customers", "columns": {"customer_id": None}},
    ),
}
TYPED = """
select 1 as customer_id, timestamp '2024-01-05' as ordered_at, 5.25 as amount,
    'EUR' as currency, '1,5' as discount
"""
TABLES = {
    "a table": {
        "names": ["Customer_ID", "ordered_at", "amount"],
        "types": ["BIGINT", "TIMESTAMP", "DECIMAL(9,2)"],
        "sample": [{"Customer_ID": 7, "ordered_at": "2024-01-05 00:00:00"}],
    },
    "a table without rows": {"names": ["a"], "types": ["BIGINT"], "sample": []},
    "no such table": {"names": None, "relations": ["db.raw.orders", "db.raw.people"]},
}


@pytest.fixture
def inside(tmp_path, monkeypatch):
    """A folder to be in: messages then name files without their folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_are_described_as_they_were(inside):
    found = {}
    for name, case in {**REJECTED, **READ}.items():
        content = case[0]
        if isinstance(content, str):
            content = content.replace("{name}", "a")
        path = write_case(inside, name, content).name
        found[name] = said(value=path)
        os.utime(path, ns=(len(found), len(found)))  # another file of one name
    hold_text("inputs_files", blocks(found))


def test_sources_are_described_and_reported_as_they_were(inside):
    found = {}
    for place, (name, (file, text, request)) in enumerate(SOURCES.items()):
        path = inside / f"{place}{file}"
        path.write_text(text, encoding="utf-8")
        found[name] = said(value=path.name, **request)
        found[f"{name}: report"] = said(
            ask="report", value=path.name, **{**request, "is_check": True}
        )
    duckdb.sql(TYPED).write_parquet("typed.parquet")
    found["typed"] = said(value="typed.parquet")
    found["typed, of the day"] = said(value=["typed.parquet", "typed.parquet"])
    (inside / "typed.parquet").rename("other.parquet")
    found["two files"] = said(value=["0a.csv", "other.parquet"])
    for name, table in TABLES.items():
        found[name] = said(value="raw.ordrs", table=table)
        if table["names"]:
            found[f"{name}: report"] = said(ask="report", value="raw.x", table=table)
    found["the sample: report"] = said(ask="report", value="sample")
    found["no customers: report"] = said(ask="report", var="customers", value=None)
    for value in ("orders.cvs", "no/orders.csv", "", ".", "a.xlsx", "../*.nothing", 7):
        found[f"path {value!r}"] = said(value=value)
    hold_text("inputs_sources", blocks(found).replace(str(inside), "HERE"))


def test_what_is_proposed_for_money_is_money():
    names = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"]
    with pytest.raises(InputProblem) as raised:
        map_columns(
            {},
            [*names, "CustomerID", "Country"],
            where="a.csv",
        )
    words = str(raised.value)
    assert "quantity: Quantity, unit_price: UnitPrice}" in words
    # As a misspelling it would be near enough, but it says what it is.
    assert "Country}" not in words
