"""Bad files: each is written here, and gets its verdict by name."""

from __future__ import annotations

import json

import pytest

from segmentation.inputs import InputProblem, answer, answered
from snapshots import database_words, hold
from staging_build import build_staging
from written_files import HEADER, LINE, READ, REJECTED, write_case


def ask(value, *, options=None, **columns):
    """Ask as `macros/reading/` does in a database without any table."""
    return answered(
        {
            "table": {"names": None, "relations": []},
            "ask": "source",
            "var": "transactions",
            "value": value if isinstance(value, list) else str(value),
            "columns": columns,
            "format": options or {},
        }
    )


@pytest.mark.parametrize("name", REJECTED)
def test_file_is_rejected(tmp_path, name):
    content, message = REJECTED[name]
    path = write_case(tmp_path, name, content)
    with pytest.raises(InputProblem) as caught:
        ask(path)
    text = str(caught.value)
    assert message in text
    for word in ("wanted:", "found:", "next:"):
        assert word in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("orders.cvs", ["neither a file nor a table", "did you mean", "orders.csv"]),
        ("no/such/folder/orders.csv", ["No file matches"]),
        ("", ["path, a glob"]),
        (".", ["is a folder", "*.csv"]),
        ("orders.xlsx", ["cannot be told from the name", "rename or convert"]),
        ("../*.nothing", ["No file matches"]),
    ],
)
def test_path_that_is_wrong(tmp_path, monkeypatch, value, messages):
    (tmp_path / "orders.csv").write_text(f"{HEADER}\n{LINE}\n")
    (tmp_path / "orders.xlsx").write_bytes(b"PK")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputProblem) as caught:
        ask(value)
    for message in messages:
        assert message in str(caught.value)


def test_column_that_is_not_there_names_the_closest(tmp_path):
    path = write_case(tmp_path, "", f"{HEADER}\n{LINE}\n")
    with pytest.raises(InputProblem, match="did you mean 'customer_id'"):
        ask(path, customer_id="custmer_id")


def test_mapping_the_wrong_way_round(tmp_path):
    path = write_case(tmp_path, "", "kunde,ordered_at,amount\na,2024-01-05,5\n")
    with pytest.raises(InputProblem, match="other way round"):
        ask(path, kunde="customer_id")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ";"}, "set delimiter: ','"),
        ({"delimiter": "||"}, "one character, or whitespace"),
        ({"quote": "ab"}, "one character, or ''"),
        ({"escape": "ab"}, "one character, or ''"),
        ({"header": "maybe"}, "true or false"),
        ({"skip_lines": "two"}, "a whole number of lines"),
        ({"names": "customer_id"}, "a list of names"),
        ({"date_format": "epoch_ms"}, "reads no date"),
        ({"date_format": "%d/%m/%Y"}, "reads no date"),
    ],
    ids=str,
)
def test_format_that_the_file_has_not(tmp_path, options, message):
    path = write_case(tmp_path, "", f"{HEADER}\n{LINE}\n")
    with pytest.raises(InputProblem) as caught:
        ask(path, options=options)
    assert message in str(caught.value)


def test_a_column_is_named_by_one_text(tmp_path):
    path = write_case(tmp_path, "", f"{HEADER}\n{LINE}\n")
    with pytest.raises(InputProblem, match="the name of one column"):
        ask(path, amount=["amount"])
    notes = ask(path, order_id="customer_id")["notes"]
    assert notes == ["column 'customer_id' is both customer_id and order_id"]
    with pytest.raises(InputProblem, match="for both customer_id and amount"):
        ask(path, amount="customer_id")


def test_a_file_named_twice_is_read_once(tmp_path):
    path = write_case(tmp_path, "", f"{HEADER}\n{LINE}\n")
    source = ask([str(path), str(tmp_path / "*.csv")])
    assert source["parts"][0]["relation"].count("orders.csv") == 1


def test_an_error_nobody_expected_is_a_message():
    problem = json.loads(answer('{"ask": "source"}'))["problem"]
    assert "KeyError" in problem and "Traceback" not in problem


def test_a_file_without_a_header_wants_names(tmp_path):
    path = write_case(tmp_path, "", "a,2024-01-05,5\nb,2024-01-06,5\n")
    with pytest.raises(InputProblem, match="the first line is no header"):
        ask(path)


LATE_ROWS = 25_000  # more than are read to see how values are written


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    long = folder / "long.csv"
    lines = [f"{row},2024-01-05,5.00,tea" for row in range(1, LATE_ROWS)]
    long.write_text("\n".join([HEADER, *lines, "007,2024-01-05,5.00,late"]) + "\n")
    paths = [str(long)]
    for number, (name, (content, _reasons)) in enumerate(READ.items()):
        path = folder / f"{number:02} {name}.csv"
        if isinstance(content, bytes):
            path.write_bytes(
                content.replace(b"{name}", name.encode())
                if name != "UTF-16"
                else content.decode("utf-16").replace("{name}", name).encode("utf-16")
            )
        else:
            path.write_text(content.replace("{name}", name), encoding="utf-8",
                            newline="")  # fmt: skip
        paths.append(str(path))
    mapping = {"customer_id": "customer_id", "ordered_at": "ordered_at",
               "amount": "amount", "product_id": "product_id"}  # fmt: skip
    built = build_staging(
        folder, {"transactions": paths, "transaction_columns": mapping}
    )
    assert built.returncode == 0, built.output
    return built


@pytest.mark.parametrize("name", READ)
def test_file_is_read(build, name):
    rows = build.rows(
        "select source_file, reason from base_transactions_judged order by source_row"
    )
    assert [reason for file, reason in rows if f" {name}.csv" in file] == READ[name][1]


def test_files_are_judged_as_they_were(build):
    hold("inputs_files_judged", database_words(build.database, without="base"))


def test_files_lose_no_row(build):
    ((rows,),) = build.rows("select count(*) from base_transactions")
    written = sum(len(reasons) for _content, reasons in READ.values())
    assert rows == LATE_ROWS + written


def test_leading_zeros_late_in_a_long_file_stay(build):
    assert build.rows(
        "select customer_id from stg_transactions where product_id = 'late'"
    ) == [("007",)]
    assert build.rows(
        "select count(*) from stg_transactions where customer_id = '7'"
    ) == [(1,)]


def test_what_could_surprise_is_noted(build):
    details = [row[0] for row in build.rows("select detail from int_input_quality")]
    assert any("is written 'CUSTOMER_ID'" in detail for detail in details)
