"""How a text is told to be written: literal answers right on the edges."""

from __future__ import annotations

import pytest

from segmentation.inputs import InputProblem
from segmentation.inputs.evidence.numbers import column_mark
from segmentation.inputs.evidence.values import check_date_format, date_formats
from segmentation.inputs.files.options import check_format_keys
from segmentation.inputs.files.text import (
    HEAD_BYTES,
    _check_delimiter,
    _delimiter,
    _encoding,
    _escape,
    _names_are_seen,
    _records,
    _title_lines,
    _unique,
    sniff_text,
)


@pytest.mark.parametrize(
    ("date_format", "values", "is_good"),
    [
        ("iso", ["2024-01-31"], True),
        ("iso", ["soon", " 2024-1-3 "], True),
        ("iso", ["31.01.2024"], False),
        ("iso", [], True),
        ("epoch_s", ["1704412800.5"], True),
        ("epoch_s", ["-5"], True),
        ("epoch_s", ["2024-01-31"], False),
        ("%d.%m.%Y", ["31.01.2024", "soon"], True),
        ("%d.%m.%Y", ["2024-01-31"], False),
        ("%d.%m.%Y", [], True),
        ("%Y%m%d", ["20240131.0"], True),
        ("dd.mm.yyyy", ["31.01.2024"], False),
        ("%Q", [], False),
    ],
)
def test_a_date_format_must_read_a_date(date_format, values, is_good):
    if is_good:
        check_date_format(date_format, values=values)
    else:
        with pytest.raises(InputProblem, match="The date format"):
            check_date_format(date_format, values=values)


@pytest.mark.parametrize(
    ("key", "value", "is_good"),
    [
        ("delimiter", ";", True),
        ("delimiter", "whitespace", True),
        ("delimiter", "||", False),
        ("delimiter", "§", False),
        ("delimiter", "", False),
        ("quote", "", True),
        ("quote", "''", False),
        ("escape", "\\", True),
        ("escape", 7, False),
        ("header", False, True),
        ("header", "yes", False),
        ("skip_lines", 0, True),
        ("skip_lines", -1, False),
        ("skip_lines", True, False),
        ("names", ["a"], True),
        ("names", [], False),
        ("names", "a", False),
        ("encoding", "utf-16", True),
        ("encoding", "cp1252", False),
        ("separator", ";", False),
    ],
)
def test_a_setting_of_a_format_is_one_that_can_be_used(key, value, is_good):
    if is_good:
        check_format_keys({key: value}, var="transaction_format")
    else:
        with pytest.raises(InputProblem):
            check_format_keys({key: value}, var="transaction_format")


def titled(above: int, below: int = 40, width: int = 3) -> list[str]:
    return ["Orders"] * above + [",".join("abcdefg"[:width])] * below


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (titled(0), None),
        (titled(1), 2),
        (titled(20), 21),
        (titled(21), None),
        (titled(1, width=2), None),
        (titled(1, below=1), None),
        (titled(1, below=2), 2),
        (["", "Orders", "a,b,c", "1,2,3"], 3),
        (["a,b,c,d", "1,2,3", "1,2,3"], None),
    ],
)
def test_a_header_below_a_title_is_seen(lines, line):
    assert _title_lines(lines, ",", '"') == (line or 1) - 1


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b,c\n1;2,3\n1;2,3\n", ","),
        ("a,b;c;d\n1,2;3;4\n", ";"),
        ("Orders\na;b;c\n1;2;3\n", ";"),
        ("a;b\n1;2\n1;2\nx\n", ";"),
        ("a,b,c\n1;2\n1;2\n", ";"),
        ("a,b,c\n1,2,3\n1;2;3\n1;2;3\n", ","),
        ("a b c\n1 2 3\n", "whitespace"),
        ("a b\n1 2\n", ","),
        ("", ","),
    ],
)
def test_a_delimiter_is_the_one_that_lines_agree_on(text, delimiter):
    assert _delimiter(text.splitlines(), '"') == delimiter


def test_a_delimiter_that_was_set_is_in_the_first_lines():
    lines = ["a,b"] * 200
    _check_delimiter("a.csv", [*lines[:199], "a|b"], "|", '"')
    with pytest.raises(InputProblem, match="set delimiter: ','"):
        _check_delimiter("a.csv", [*lines, "a|b"], "|", '"')
    with pytest.raises(InputProblem, match="found:  nothing"):
        _check_delimiter("a.csv", [], "|", '"')


def test_lines_are_split_as_they_are_quoted():
    assert list(_records(['a,"b,c"', "", "d,e"], ",", '"')) == [
        ["a", "b,c"], ["d", "e"]]  # fmt: skip
    assert list(_records(['a,"b,c"'], ",", "")) == [["a", '"b', 'c"']]
    assert list(_records(["a  b"], "whitespace", '"')) == [["a", "b"]]
    assert _escape('a,"say \\"yes\\" now"', '"') == "\\"
    assert _escape('a,"say ""yes"" now"', '"') == '"'
    assert _unique(iter(["a", "", "A", "a"])) == ("a", "column2", "A (2)", "a (3)")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"\xff\xfea\x00", "utf-16"),
        (b"\xfe\xff\x00a", "utf-16"),
        (b"a\x00b\x00", "utf-16"),
        (b"abc\x00", "utf-8"),
        (b"abcd\x00\x00", "utf-16"),
        ("ä".encode(), "utf-8"),
        ("ä".encode("latin-1"), "latin-1"),
        (b"\x00a\x00b", None),
        (b"\x80\xe4", None),
    ],
)
def test_an_encoding_is_told_by_its_bytes(tmp_path, head, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(head)
    if encoding is not None:
        assert _encoding(str(path), head) == encoding
    else:
        with pytest.raises(InputProblem, match="which cannot be read"):
            _encoding(str(path), head)


def test_two_line_ends_near_the_start_are_enough(tmp_path):
    path = tmp_path / "a.csv"
    long = "2," + "x" * HEAD_BYTES
    path.write_text(f"id,words\n1,a\n{long}\n")
    assert sniff_text(str(path), {}, var="customers").names == ("id", "words")
    path.write_text(f"id,words\n{long}\n1,a\n")
    with pytest.raises(InputProblem, match="more than 1 MB near its start"):
        sniff_text(str(path), {}, var="customers")
    path.write_text(f"id\nid,words\n1,a\n{long}\n")
    with pytest.raises(InputProblem, match="below line 3"):
        sniff_text(str(path), {"skip_lines": 2}, var="customers")


def test_a_line_break_in_quotes_is_read_by_one_thread(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,words\n1,"a\nb"\n2,c\n')
    found = sniff_text(str(path), {}, var="customers")
    assert found.is_serial and found.delimiter == ","


def test_a_day_that_is_no_month_tells_them_apart():
    with pytest.raises(InputProblem, match="can be read in two ways"):
        date_formats(["01/02/2024", "03/04/2024"], column="day")
    assert date_formats(["01/02/2024", "13/04/2024"], column="day") == ["%d/%m/%Y"]
    assert column_mark(["1,5", "1.5", "2.5"]).mark == "."


@pytest.mark.parametrize(
    "options, are_seen",
    [
        ({}, True),
        ({"header": True}, True),
        ({"header": False}, False),
        ({"names": ["a"]}, False),
    ],
)
def test_names_are_in_the_first_line_unless_something_says_otherwise(options, are_seen):
    assert _names_are_seen(options) is are_seen


def test_one_line_without_names_is_a_file(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("007,2024-01-05,5.00\n")
    found = sniff_text(str(path), {}, var="transactions")
    assert not found.header and found.names == ("column1", "column2", "column3")
    path.write_text("customer_id,ordered_at,amount\n")
    with pytest.raises(InputProblem, match="holds no transactions"):
        sniff_text(str(path), {}, var="transactions")
