"""How values are written: hand-made samples with the one right answer."""

from __future__ import annotations

import os

import duckdb
import pytest

from segmentation.inputs import InputProblem, answered
from segmentation.inputs.__main__ import books_sentence, findings, next_step
from segmentation.inputs.customers import describe_customers, is_numeric
from segmentation.inputs.evidence.numbers import column_mark, number_sql
from segmentation.inputs.evidence.values import (
    check_signs,
    date_formats,
    kept_currency,
)
from segmentation.inputs.files.text import sniff_text
from segmentation.inputs.files.whole_file import (
    CHUNK_BYTES,
    WHOLE_FILE_BYTES,
    chunks,
    is_read_whole,
)

DATES = {
    "iso": ["2024-01-31", "2024-1-3T10:00:00Z", " 2024-02-01 "],
    "%d/%m/%Y": ["31/01/2024"],
    "%m/%d/%Y": ["01/31/2024"],
    "%d.%m.%Y": ["31.1.2024"],
    "%m.%d.%Y": ["01.31.2024"],
    "%d-%m-%Y": ["31-01-2024"],
    "%m-%d-%Y": ["01-31-2024"],
    "%Y/%m/%d": ["2024/01/31"],
    "%Y.%m.%d": ["2024.01.31"],
    "%d/%m/%y": ["31/12/99"],
    "%m/%d/%y": ["12/31/99"],
    "%d.%m.%y": ["31.12.99"],
    "%d %b %Y": ["31 Jan 2024"],
    "%d-%b-%Y": ["31-Jan-2024"],
    "%d-%b-%y": ["31-Jan-24"],
    "%b %d, %Y": ["Jan 31, 2024"],
    "%d %B %Y": ["31 January 2024"],
    "%B %d, %Y": ["January 31, 2024"],
    "epoch_s": ["1704412800"],
    "epoch_ms": ["1704412800000.0"],
    "epoch_us": ["1704412800000000"],
    "%Y%m%d": ["20240131", "19991231.0"],
    "%Y%m%d%H%M%S": ["20240131101500"],
    "excel_days": ["45322", "45322.5"],
}


@pytest.mark.parametrize("name", DATES)
def test_a_date_format_is_seen(name):
    assert date_formats(DATES[name], column="day") == [name]


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("31/01/2024 09:05", " %H:%M"),
        ("31/01/2024 09:05:59", " %H:%M:%S"),
        ("31/01/2024 09:05:59.25", " %H:%M:%S.%f"),
        ("31/01/2024 09:05 PM", " %I:%M %p"),
        ("31/01/2024 09:05:59 PM", " %I:%M:%S %p"),
        ("31/01/2024T09:05:59", "T%H:%M:%S"),
    ],
)
def test_a_time_of_day_is_seen(value, time):
    assert f"%d/%m/%Y{time}" in date_formats([value], column="day")


def test_half_of_the_values_decide_a_date_format():
    assert date_formats(["", " "], column="day") == ["iso"]
    assert date_formats(["2024-01-31", "31/01/2024"], column="day") == ["iso"]
    assert date_formats(["31/01/2024", "soon"], column="day") == ["%d/%m/%Y"]
    assert date_formats(["45322", "31/01/2024"], column="day") == ["excel_days"]
    with pytest.raises(InputProblem, match="in no format"):
        date_formats(["31/01/2024", "soon", "later"], column="day")
    with pytest.raises(InputProblem, match="in no format"):
        date_formats(["31/01/1899", "31/01/2200"], column="day")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], (".", True)),
        (["5", "12"], (".", True)),
        (["5.5"], (".", True)),
        (["5,5"], (",", True)),
        (["5,"], (",", True)),
        (["1.234"], (".", True)),
        (["1,234"], (".", False)),
        (["1,234", "5,5"], (",", True)),
        (["1,234", "5.5"], (".", True)),
        (["1,2345"], (",", True)),
        (["1.234,5"], (",", True)),
        (["1,234.567"], (".", True)),
        (["1,234,567"], (".", True)),
        (["1.234.567"], (",", True)),
        (["5,50 EUR"], (",", True)),
        (["5,5", "5.5"], (".", True)),
        (["5,5", "6,5", "5.5"], (",", True)),
    ],
    ids=str,
)
def test_a_decimal_mark_is_seen(values, expected):
    mark = column_mark(values)
    assert (mark.mark, mark.is_proven) == expected


@pytest.mark.parametrize(
    ("values", "mark", "is_proven"),
    [
        (["12.990", "1.990", "249.900", "59.990", "990"], ",", True),
        (["12,990", "1,990", "249,900", "59,990", "990"], ".", True),
        (["12.990", "1.990", "249.900", "59.990", "24990"], ".", True),
        (["12.990", "1.990", "249.900", "59.990", "7.125"], ".", False),
        (["12.990", "1.990", "249.900", "59.990", "0.125"], ".", True),
        (["12.990", "1.990", "249.900", "59.990", "1234.567"], ".", True),
    ],
)
def test_thousands_are_told_by_the_whole_column(values, mark, is_proven):
    found = column_mark(values)
    assert (found.mark, found.is_proven) == (mark, is_proven)
    assert (found.doubt is not None) is not is_proven


DOUBTFUL = [f"{number}.{number}0" for number in range(10, 99)]


@pytest.mark.parametrize(
    ("others", "read"),
    [
        # Weights with a comma: the point is no decimal mark here.
        ([["0,25", "1,50"]], (",", None)),
        # Weights as a program writes them say nothing of money as people write it.
        ([["0.25", "1.50"]], (",", DOUBTFUL[0])),
        ([["1", "2"]], (",", DOUBTFUL[0])),
        ([["0.25", "1.50"], ["0,25", "1,50"]], (",", DOUBTFUL[0])),
    ],
)
def test_a_mark_in_doubt_is_read_beside_those_of_other_columns(others, read):
    mark = column_mark(DOUBTFUL)
    assert mark.doubt
    beside = mark.beside([mark, *map(column_mark, others)])
    assert (beside.mark, beside.doubt) == read
    # Too few values to tell go along.
    few = column_mark(["1.560", "3.120"])
    assert few.beside([mark, few, *map(column_mark, others)]).mark == (
        "." if ["0.25", "1.50"] in others else ","
    )


@pytest.mark.parametrize(
    ("values", "wanted", "rates", "expected"),
    [
        ([], None, None, None),
        ([None, ""], None, None, None),
        ([" eur", "EUR", None], None, None, "EUR"),
        (["EUR", "USD"], "usd", None, "USD"),
        ([], "EUR", None, "EUR"),
        (["USD"], "EUR", {"USD": 0.9}, "EUR"),
    ],
)
def test_a_currency_is_kept(values, wanted, rates, expected):
    assert kept_currency(values, wanted, rates) == expected


def test_one_sign_is_a_currency_and_two_are_a_problem():
    check_signs(["$5", "$6", "7"])
    with pytest.raises(InputProblem, match=r"found:  '\$', '€'"):
        check_signs(["€5", "$6"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], False),
        ([None, " "], False),
        (["1", "-2.5", "+3", None], True),
        (["0", "0.5", "-0.5"], True),
        (["1", "007"], False),
        (["-01"], False),
        (["1"] * 19 + ["x"], True),
        (["1"] * 18 + ["x"], False),
    ],
    ids=str,
)
def test_a_column_of_numbers_is_told_from_codes(values, expected):
    assert is_numeric(values) is expected


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("a.csv", WHOLE_FILE_BYTES, True),
        ("a.csv", WHOLE_FILE_BYTES + 1, False),
        ("a.csv.GZ", WHOLE_FILE_BYTES // 8, True),
        ("a.csv.gz", WHOLE_FILE_BYTES // 8 + 1, False),
    ],
)
def test_a_file_is_read_whole_up_to_a_size(tmp_path, name, size, expected):
    path = tmp_path / name
    path.touch()
    os.truncate(path, size)  # a hole: no bytes are written
    assert is_read_whole(str(path)) is expected


def test_a_file_is_read_in_pieces(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * (CHUNK_BYTES + 1))
    assert [len(piece) for piece in chunks(str(path))] == [1 << 20, 1]


# text: delimiter, names, header, lines skipped
WRITTEN = {
    "a,b\n1,2\n": (",", ("a", "b"), True),
    "a;b\n1,5;2\n": (";", ("a", "b"), True),
    "a\tb\n1\t2\n": ("\t", ("a", "b"), True),
    "a|b\n1|2\n": ("|", ("a", "b"), True),
    "a;b,c\n1;2,3\n1;2\n": (";", ("a", "b,c"), True),
    "a,b,c;d\n1,2,3;4\n": (",", ("a", "b", "c;d"), True),
    "a b  c\n1 2 3\n": ("whitespace", ("a", "b", "c"), True),
    "a b\n1 2\n": (",", ("a b",), True),
    "a b c\n1 2\n": (",", ("a b c",), True),
    "only\n1\n": (",", ("only",), True),
    "1,2024-01-31\n2,2024-02-01\n": (",", ("column1", "column2"), False),
    "x,2024-01-31\n2,2024-02-01\n": (",", ("column1", "column2"), False),
    "a,,A,a\n1,2,3,4\n": (",", ("a", "column2", "A (2)", "a (3)"), True),
    "\ufeff a ,b\u200b\n1,2\n": (",", ("a", "b"), True),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_how_a_text_is_written_is_seen(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    found = sniff_text(str(path), {}, var="transactions")
    assert (found.delimiter, found.names, found.header) == WRITTEN[text]
    assert found.is_serial and found.skip_lines == 0


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a,b\n1,2\n", "utf-8"),
        ("a,b\nä,2\n".encode(), "utf-8"),
        ("a,b\nä,2\n".encode("latin-1"), "latin-1"),
        ("a,b\n1,2\n".encode("utf-16"), "utf-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "utf-16"),
        (b"a,b\n\x00,2\n", "utf-8"),
    ],
)
def test_an_encoding_is_seen(tmp_path, data, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    found = sniff_text(str(path), {}, var="transactions")
    assert (found.encoding, found.names) == (encoding, ("a", "b"))


def checked(tmp_path, *, customers: int, failed: int):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table stg_transactions as select 'c' || range as customer_id,"
            " date '2024-01-01' + range::int as ordered_date, 2.5 as net_amount"
            f" from range({customers})"
        )
        connection.execute(
            "create table int_input_quality as select * from (values"
            f" ('source_rows', 2000, {failed}, 'info', 'rows'),"
            f" ('returns', 1500, {failed}, 'warn', 'taken back'),"
            " ('nothing', 0, 0, 'pass', 'of none')) as checks"
            " (check_name, rows_checked, rows_failed, verdict, detail)"
        )
    return path


def test_findings_say_what_the_first_rows_hold(tmp_path):
    path = checked(tmp_path, customers=1200, failed=300)
    lines = findings(path, rows=2000).splitlines()
    assert lines == [
        "looked at the first 2,000 rows: 1,200 accepted, 300 left out (15.0%)",
        "1,200 customers, 2024-01-01 to 2027-04-14, 3,000.0 in all",
        "",
        "warn returns                               300   20.0%  taken back",
        "pass nothing                                            of none",
    ]
    assert findings(path, rows=2001).startswith("looked at all 2,000 rows")


def test_sums_of_first_rows_are_not_to_be_held_against_books(tmp_path):
    path = checked(tmp_path, customers=1200, failed=300)
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table stg_transactions add column order_id varchar")
        # Taken back without a sale: no order, and of no customer.
        connection.execute(
            "insert into stg_transactions values ('x', '2024-05-05', 0, 'C1')"
        )
    sums = (
        "3,000.0 revenue in 1,200 orders of 1,200 customers, 2024-01-01 to 2027-04-14"
    )
    assert books_sentence(path, rows=2001) == (
        f"Hold against your books: {sums} (this source)."
    )
    # Some of the first rows were left out: they are the first ones yet.
    assert books_sentence(path, rows=2000) == (
        f"The first 2,000 rows alone: {sums}. The build says it of all rows, to hold "
        "against your books."
    )


def test_a_file_of_settings_is_answered_before_it_is_built():
    assert next_step({"open_questions": ["amount"]}, "my.yml") == (
        "answer what is marked QUESTION in it, then run make build VARS=my.yml"
    )
    assert next_step({}, "my.yml") == "run make build VARS=my.yml"


def test_findings_of_customers_alone_name_no_days(tmp_path):
    path = checked(tmp_path, customers=0, failed=0)
    lines = findings(path, rows=5).splitlines()
    assert lines[0].endswith("0 accepted, 0 left out (0.0%)")
    assert lines[1:3] == ["", ""]


def test_files_of_customers_may_have_columns_of_their_own(tmp_path):
    for name, text in (
        ("a", "customer_id,age\n1,30\n"),
        ("b", "customer_id,city\n2,x"),
        ("c", "customer_id,AGE\n3,40"),
    ):
        (tmp_path / f"{name}.csv").write_text(text)
    request = {"var": "customers", "value": [str(tmp_path / "*.csv")], "columns": {}}
    source = describe_customers(request)
    assert source.types["age"] == "DOUBLE" and source.types["city"] == "VARCHAR"
    assert [set(part.columns) for part in source.parts] == [
        {"customer_id", "age"},
        {"customer_id", "city"},
        {"customer_id", "age"},
    ]


def test_the_commonest_currency_is_proposed():
    with pytest.raises(InputProblem, match="set currency: USD"):
        kept_currency(["EUR", "usd", "USD "], None)
    with pytest.raises(InputProblem, match="set currency: AUD"):
        kept_currency(["USD", "AUD"], None)
    with pytest.raises(InputProblem, match="set currency: USD"):
        kept_currency(["USD", "USD", "AUD"], "EUR")


def test_one_infinity_is_not_the_sum_of_a_column():
    texts = "values ('inf'), ('NaN'), ('1e400'), ('1e3'), ('2.50')"
    sql = f"select sum({number_sql('text', '.')}) from ({texts}) as cells (text)"
    assert duckdb.sql(sql).fetchall() == [(1002.5,)]


def test_a_column_with_few_marks_is_read_beside_the_others_in_a_build_too(tmp_path):
    """Three prices of parcels alone are decimals; amounts have marks for thousands."""
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer_id;ordered_at;amount;Versand\n"
        + "".join(
            f"c{at % 9};2024-03-{at % 28 + 1:02};{(at % 40 + 1) * 390:,}".replace(
                ",", "."
            )
            + f";{['0', '1.560', '1.950', '3.120'][at % 4]}\n"
            for at in range(90)
        )
    )
    source = answered(
        {
            "ask": "source",
            "var": "transactions",
            "value": str(path),
            "columns": {"shipping": "Versand"},
        }
    )
    assert source["decimal_marks"] == {"amount": ",", "shipping": ","}
