"""Bad values, ids and hostile texts: each row is a case by name, judged by dbt."""

from __future__ import annotations

import csv

import pytest

from snapshots import database_words, hold
from staging_build import build_staging

FAR_FUTURE = "2999-01-01"

# name: (customer_id, ordered_at, amount, quantity, reason or None if accepted)
VALUES = {
    "good": ("c1", "2024-01-05", "12.50", "1", None),
    "amount in words": ("c1", "2024-01-05", "twelve", "1", "unreadable amount"),
    "amount blank": ("c1", "2024-01-05", " ", "1", "no amount"),
    "amount with a unit": ("c1", "2024-01-05", "12 pieces", "1", "unreadable amount"),
    "amount with a sign": ("c1", "2024-01-05", "€12.50", "1", None),
    "amount with a code": ("c1", "2024-01-05", "12.50 EUR", "1", None),
    "amount with thousands": ("c1", "2024-01-05", "1,234.50", "1", None),
    "amount in brackets": ("c1", "2024-01-05", "(3.20)", "1", None),
    "amount minus behind": ("c1", "2024-01-05", "3.20-", "1", None),
    "amount with three letters": ("c1", "2024-01-05", "EUR 5", "1", None),
    "amount with two letters": ("c1", "2024-01-05", "US 5", "1", None),
    "amount with four letters": ("c1", "2024-01-05", "EURO 5", "1",
                                 "unreadable amount"),
    "amount with one letter": ("c1", "2024-01-05", "A 5", "1", "unreadable amount"),
    "amount in crowns": ("c1", "2024-01-05", "5 kr", "1", None),
    "amount in zloty": ("c1", "2024-01-05", "zł5", "1", None),
    "amount in koruna": ("c1", "2024-01-05", "Kč 5.", "1", None),
    "amount with apostrophes": ("c1", "2024-01-05", "1'234'567.50", "1", None),
    "amount with blanks": ("c1", "2024-01-05", "1\u00a0234.50", "1", None),
    "amount with groups of two": ("c1", "2024-01-05", "1,23.50", "1",
                                  "unreadable amount"),
    "amount with a true minus": ("c1", "2024-01-05", "−5", "1", None),
    "amount minus behind a sign": ("c1", "2024-01-05", "€-5.00", "1", None),
    "amount plus": ("c1", "2024-01-05", "+5", "1", None),
    "amount at the limit": ("c1", "2024-01-05", "1e12", "1", None),
    "amount above the limit": ("c1", "2024-01-05", "1000000000001", "1",
                               "amount out of range"),
    "amount decimal comma": ("c1", "2024-01-05", "12,5", "1", "unreadable amount"),
    "amount NaN": ("c1", "2024-01-05", "NaN", "1", "amount out of range"),
    "amount infinite": ("c1", "2024-01-05", "inf", "1", "amount out of range"),
    "amount minus infinite": ("c1", "2024-01-05", "-inf", "1", "amount out of range"),
    "amount 1e308": ("c1", "2024-01-05", "1e308", "1", "amount out of range"),
    "amount 1e400": ("c1", "2024-01-05", "1e400", "1", "amount out of range"),
    "quantity of twenty digits": (
        "c1", "2024-01-05", "5", "12345678901234567890", "quantity out of range"),
    "quantity in words": ("c1", "2024-01-05", "5", "two", "unreadable quantity"),
    "quantity blank": ("c1", "2024-01-05", "5", "", None),
    "quantity negative": ("c1", "2024-01-05", "5", "-1", None),
    "date blank": ("c1", "", "5", "1", "no date"),
    "date in words": ("c1", "yesterday", "5", "1", "unreadable date"),
    "date of another format": ("c1", "05.01.2024", "5", "1", "unreadable date"),
    "date of two-digit year": ("c1", "24-01-05", "5", "1", "unreadable date"),
    "date 1900": ("c1", "1900-01-01", "5", "1", "date before earliest_date"),
    "date 1970": ("c1", "1970-01-01", "5", "1", "date before earliest_date"),
    "date in the future": ("c1", FAR_FUTURE, "5", "1", "date in the future"),
    "date infinite": ("c1", "infinity", "5", "1", "unreadable date"),
    "leap day": ("c1", "2024-02-29", "5", "1", None),
    "leap day of no leap year": ("c1", "2023-02-29", "5", "1", "unreadable date"),
    "epoch milliseconds among dates": (
        "c1", "1704412800000", "5", "1", "unreadable date"),
    "offset": ("c1", "2024-01-05T23:30:00-05:00", "5", "1", None),
    "offset to the east": ("c1", "2024-01-05T00:30:00+05:00", "5", "1", None),
    "offset in words": ("c1", "2024-01-05 23:30:00 UTC", "5", "1", None),
    "offset in a small letter": (
        "c1", "2024-01-05T23:30:00z", "5", "1", "unreadable date"),
    "offset of zero": ("c1", "2024-01-05T23:30:00Z", "5", "1", None),
    "date at the first day": ("c1", "1971-01-01", "5", "1", None),
    "date before the first day": (
        "c1", "1970-12-31 23:59:59", "5", "1", "date before earliest_date"),
    "hour that is skipped": ("c1", "2024-03-31T02:30:00", "5", "1", None),
    "hour that is repeated": ("c1", "2024-10-27T02:30:00", "5", "1", None),
}  # fmt: skip

# name: (customer_id, reason, or the id it is accepted under)
IDS = {
    "id null": ("", "no customer id", None),
    "id blank": ("   ", "no customer id", None),
    "id non-breaking blank": ("\u00a0", "no customer id", None),
    "id zero-width blank": ("\u200b", "no customer id", None),
    "id NULL": ("NULL", "guest order", None),
    "id N/A": ("N/A", "guest order", None),
    "id none": ("none", "guest order", None),
    "id nan": ("nan", "guest order", None),
    "id guest": ("Guest", "guest order", None),
    "id total": ("TOTAL", "total row", None),
    "id leading zeros": ("007", None, "007"),
    "id of zeros": ("000", None, "000"),
    "id outer blanks": (" c9 ", None, "c9"),
    "id blank before": (" c9", None, "c9"),
    "id blank behind": ("c9 ", None, "c9"),
    **{
        f"id blank U+{number:04X}": (f"{chr(number)}c9{chr(number)}", None, "c9")
        for number in (
            9,
            10,
            13,
            0xA0,
            0x200B,
            0x200C,
            0x200D,
            0x202F,
            0x2060,
            0x3000,
            0xFEFF,
        )
    },
    "id outer non-breaking": ("\u00a0c9", None, "c9"),
    "id float": ("17850.0", None, "17850"),
    "id Excel": ("1.23457E+11", "customer id damaged by a spreadsheet", None),
    "id damaged float": (
        "1.2345678901234568e+16",
        "customer id damaged by a spreadsheet",
        None,
    ),
    "id NFC": ("caf\u00e9", None, "caf\u00e9"),
    "id NFD": ("cafe\u0301", None, "caf\u00e9"),
    "id of 255 characters": ("x" * 255, None, "x" * 255),
    "id of 256 characters": ("x" * 256, "customer id too long", None),
    "id 10,000 characters": ("x" * 10_000, "customer id too long", None),
    "id NUL byte": ("a\x00b", "customer id with a NUL byte", None),
    "html": ("<script>alert(1)</script>", None, "<script>alert(1)</script>"),
    "formula =": ("=1+1", None, "=1+1"),
    "formula +": ("+1", None, "+1"),
    "formula -": ("-1+1", None, "-1+1"),
    "formula @": ("@SUM(A1)", None, "@SUM(A1)"),
    "formula tab": ("\t=1", None, "=1"),
    "sql": ("'; drop table x; --", None, "'; drop table x; --"),
    "template": ("{{ var('x') }}{% raw %}", None, "{{ var('x') }}{% raw %}"),
    "path": ("../../etc/passwd", None, "../../etc/passwd"),
    "emoji": ("\U0001f600", None, "\U0001f600"),
}


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "ordered_at", "amount", "quantity",
                         "product_id"])  # fmt: skip
        for name, (*values, _reason) in VALUES.items():
            writer.writerow([*values, name])
        for name, (customer_id, _reason, _id) in IDS.items():
            writer.writerow([customer_id, "2024-01-05", "5", "1", name])
    built = build_staging(
        folder, {"transactions": str(folder / "orders.csv"), "time_zone": "UTC"}
    )
    assert built.returncode == 0, built.output
    return built


@pytest.fixture(scope="module")
def reasons(build):
    return build.reasons()


@pytest.mark.parametrize("name", VALUES)
def test_value_is_judged(reasons, name):
    assert reasons[name] == VALUES[name][-1]


@pytest.mark.parametrize("name", IDS)
def test_id_is_judged(build, reasons, name):
    _written, reason, customer_id = IDS[name]
    assert reasons[name] == reason
    if reason is None:
        rows = dict(build.rows("select product_id, customer_id from stg_transactions"))
        assert rows[name] == customer_id


def test_rows_are_judged_as_they_were(build):
    hold("inputs_rows", database_words(build.database, without="base"))


def test_every_row_is_accounted_for(build):
    ((accepted,),) = build.rows("select count(*) from stg_transactions")
    ((rejected,),) = build.rows("select count(*) from rejected_transactions")
    assert accepted + rejected == len(VALUES) + len(IDS)
    ((checked, failed),) = build.rows(
        "select rows_checked, rows_failed from int_input_quality "
        "where check_name = 'source_rows'"
    )
    assert (checked, failed) == (accepted + rejected, rejected)


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("amount with a sign", "12.50"),
        ("amount with a code", "12.50"),
        ("amount with thousands", "1234.50"),
        ("amount in brackets", "-3.20"),
        ("amount minus behind", "-3.20"),
        ("amount with three letters", "5.00"),
        ("amount with two letters", "5.00"),
        ("amount in crowns", "5.00"),
        ("amount in zloty", "5.00"),
        ("amount in koruna", "5.00"),
        ("amount with apostrophes", "1234567.50"),
        ("amount with blanks", "1234.50"),
        ("amount with a true minus", "-5.00"),
        ("amount minus behind a sign", "-5.00"),
        ("amount plus", "5.00"),
        ("quantity negative", "-5.00"),
    ],
)
def test_amount_is_read(build, name, amount):
    rows = dict(build.rows("select product_id, net_amount from stg_transactions"))
    assert str(rows[name]) == amount


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("offset", "2024-01-06 04:30:00"),
        ("offset to the east", "2024-01-04 19:30:00"),
        ("offset in words", "2024-01-05 23:30:00"),
        ("offset of zero", "2024-01-05 23:30:00"),
        ("good", "2024-01-05 00:00:00"),
    ],
)
def test_offset_is_converted(build, name, moment):
    rows = dict(build.rows("select product_id, ordered_at from stg_transactions"))
    assert str(rows[name]) == moment


def test_rejected_rows_show_what_was_written(build):
    rows = dict(build.rows("select product_id, amount from rejected_transactions"))
    assert rows["amount in words"] == "twelve"
    assert rows["amount 1e308"] == "1e308"


def test_personal_data_is_not_quoted(build):
    details = " ".join(
        row[0] for row in build.rows("select detail from int_input_quality")
    )
    assert "left out: amount out of range, for example -inf" in details
    assert "1.23457E+11" not in details
