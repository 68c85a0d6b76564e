"""A source of several files, read file by file: the same as from nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from dbt_builds import DATA_TESTS_ONLY, REPOSITORY, project_with, run_dbt

pytestmark = pytest.mark.build

HEADER = "customer_id,order_id,ordered_at,amount,category,channel,status"
# What is kept from build to build, and what is made of it.
TABLES = {
    "base_source_months": "* exclude (fingerprint)",  # the times of the file
    "base_sampled_lines": "* exclude (fingerprint)",
    "int_month_orders": "*",
    "int_category_months": "*",
    "int_customer_months": "*",
    "int_customer_features": "*",
    "int_month_fingerprints": "*",
    "int_orders": "*",
    "int_channels": "*",
    "int_input_quality": "*",
    "rejected_transactions": "*",
}
PLANTED = 1_000_000
PARSED = "partial_parse.msgpack"  # in the folder target


def lines(month: int, *, first: int = 1, last: int = 60, price: int = 1) -> list[str]:
    return [
        f"c{number},o{month}{number},2024-{month:02d}-{number % 28 + 1:02d},"
        f"{number * price}.50,{'tea' if number % 2 else 'cups'},"
        f"{'web' if number % 3 else 'shop'},paid"
        for number in range(first, last)
    ]


def write(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """One folder for all: dbt reads the project anew where a path or a var changes."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def source(place):
    folder = place / "source"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for month in (1, 2, 3):
        write(folder / f"2024-{month:02d}.csv", lines(month))
    return folder


@pytest.fixture
def home(place) -> Path:
    """An empty home, but for what dbt remembers of the project."""
    return emptied(place / "home")


def emptied(home: Path) -> Path:
    parsed = home / "target" / PARSED
    known = parsed.read_bytes() if parsed.exists() else None
    shutil.rmtree(home, ignore_errors=True)
    if known:
        parsed.parent.mkdir(parents=True)
        parsed.write_bytes(known)
    return home


def run(home: Path, source: Path) -> None:
    """Make the months and dates, and test nothing."""
    done = run_dbt(
        home=home,
        variables={"transactions": f"{source}/*.csv"},
        command="run",
        options=("--select", "+int_customer_features"),
    )
    assert done.exit_code == 0, done.output


def build(home: Path, source: Path, **variables) -> None:
    done = run_dbt(
        home=home,
        variables={"transactions": f"{source}/*.csv", **variables},
        options=(
            "--select", "+int_customer_features", "+int_input_quality",
            "months_hold_every_line", "assert_every_source_row_is_judged",
            *DATA_TESTS_ONLY, "--indirect-selection=buildable",
        ),
    )  # fmt: skip
    assert done.exit_code == 0, done.output


def held(home: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        return {
            table: connection.execute(
                f"select {columns} from {table} order by all"
            ).fetchall()
            for table, columns in TABLES.items()
        }


def held_from_nothing(home: Path, source: Path, **variables) -> dict[str, list[tuple]]:
    """What a build without a past holds, in the same place; the past comes back."""
    past = shutil.copytree(home, home.with_name("past"), symlinks=True)
    build(emptied(home), source, **variables)
    found = held(home)
    shutil.rmtree(home)
    past.rename(home)
    return found


def same_as_from_nothing(home: Path, source: Path, name: str, **variables) -> dict:
    """Compare every table with a build from nothing; return what that holds."""
    fresh = held_from_nothing(home, source, **variables)
    for table, rows in held(home).items():
        assert rows == fresh[table], (name, table)
    return fresh


def plant(home: Path) -> None:
    """Mark what was counted: the marks of files that are read again are gone."""
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(f"update base_source_months set row_count = {PLANTED}")


def marked(home: Path) -> set[str]:
    """Names of the files that were not read since they were marked."""
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            f"select distinct source_file from base_source_months"
            f" where row_count = {PLANTED}"
        ).fetchall()
    return {Path(path).name for (path,) in rows}


def count_again(home: Path, source: Path, **variables) -> set[str]:
    """Build what is counted alone; return the files that were not read for it."""
    plant(home)
    done = run_dbt(
        home=home,
        variables={"transactions": f"{source}/*.csv", **variables},
        command="run",
        options=(
            "--select",
            "base_source_files",
            "base_transactions_judged",
            "base_transactions",
            "base_source_months",
        ),
    )
    assert done.exit_code == 0, done.output
    return marked(home)


@pytest.mark.slow
def test_changes_of_files_give_what_a_build_from_nothing_gives(home, source):
    def check(name: str) -> None:
        build(home, source)
        same_as_from_nothing(home, source, name)

    build(home, source)
    # A refund of January, a late line, a new category and one unreadable row.
    write(
        source / "2024-04.csv",
        [
            *lines(4, first=3, last=9),
            "c1,o11,2024-04-20,-1.50,tea,web,returned",
            "c2,late,2024-02-27,8.00,tea,shop,paid",
            "c9,first,2024-01-01,8.00,gifts,app,paid",
            "c3,o,soon,9.00,tea,web,paid",
        ],
    )
    check("added")
    assert ("c1", "o11") in {row[:2] for row in held(home)["int_orders"]}
    # As many bytes as before: another customer's order, and another channel.
    february = source / "2024-02.csv"
    text = february.read_text()
    february.write_text(text.replace("c1,", "c7,").replace("shop", "wood"))
    assert february.stat().st_size == len(text)
    check("corrected")
    # The refund's file goes, and one of the middle.
    (source / "2024-03.csv").unlink()
    write(source / "2024-04.csv", lines(4, last=3))
    check("taken_back")


@pytest.mark.slow
def test_a_file_with_a_row_of_the_future_is_read_until_it_is_past(home, source):
    write(source / "2999-01.csv", ["c1,o1,2999-01-01,1.00,tea,web,paid"])
    build(home, source)
    old = {f"2024-{month:02d}.csv" for month in (1, 2, 3)}
    assert count_again(home, source) == old


def months_made_again(home: Path) -> dict[str, int]:
    """Months with rows that were made since the last call, and how many; marks all."""
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        rows = connection.execute(
            "select strftime(month_start, '%m'), count(*) from int_customer_months"
            f" where net_amount <> {PLANTED} group by month_start"
        ).fetchall()
        connection.execute(f"update int_customer_months set net_amount = {PLANTED}")
    return dict(rows)


def dates_made_again(home: Path) -> list[str]:
    """As-of dates whose features were made since the last call; marks all."""
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        rows = connection.execute(
            "select distinct strftime(as_of_date, '%m-%d') from int_customer_features"
            f" where tenure_days <> {PLANTED} order by all"
        ).fetchall()
        connection.execute(f"update int_customer_features set tenure_days = {PLANTED}")
    return [date for (date,) in rows]


def test_only_months_and_dates_that_changed_are_made_again(home, source):
    run(home, source)
    assert months_made_again(home) == {"01": 59, "02": 59, "03": 59}
    assert dates_made_again(home) == ["01-31", "02-29", "03-28"]
    run(home, source)
    assert months_made_again(home) == {}
    assert dates_made_again(home) == []
    # A new month: the newest date of before is none any more.
    new = lines(4, first=99, last=100)
    write(source / "2024-04.csv", ["c1,o,2024-04-20,1.00,tea,web,paid", *new])
    run(home, source)
    assert months_made_again(home) == {"04": 2}
    assert dates_made_again(home) == ["03-31", "04-20"]
    # A late row: its month, and every date from there on.
    write(source / "2024-04.csv", ["c1,o,2024-02-20,1.00,tea,web,paid", *new])
    run(home, source)
    assert months_made_again(home) == {"02": 59, "04": 1}
    assert dates_made_again(home) == ["02-29", "03-31", "04-16"]
    # A refund of January under the order's own id is a correction of January.
    write(source / "2024-05.csv", ["c1,o11,2024-05-02,-1.50,tea,web,returned"])
    run(home, source)
    assert "01" in months_made_again(home)
    assert "01-31" in dates_made_again(home)
    # Who is in no file any more is in no row.
    (source / "2024-05.csv").unlink()
    (source / "2024-04.csv").unlink()
    run(home, source)
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        ids = connection.execute(
            "select customer_id from int_customer_months"
            " union select customer_id from int_customer_features"
        ).fetchall()
    assert set(ids) == {(f"c{number}",) for number in range(1, 60)}


@pytest.mark.slow
def test_copies_are_found_across_files(home, source):
    # Its lines all cost the same: as far as numbers go, that may be the order's total.
    write(source / "2024-04.csv", [*lines(2), *lines(4)])
    build(home, source, drop_exact_duplicates=True, confirmed=["amount"])
    counted = held(home)["base_source_months"]
    assert sum(row[4] for row in counted if row[2] == "exact duplicate") == 59
    build(home, source, drop_exact_duplicates=True, confirmed=["amount"])
    assert held(home)["base_source_months"] == counted


SALE, RETURN = "c2,o99,2024-01-09,8.00,tea,web,", "c1,o11,2024-01-20,1.50,tea,web,"
# Orders over several files: what is written into the last file, once and once more, and
# the vars. The first file is read without it.
SEVERAL = {
    # Exports overlap: first in orders of March, then in as many, but other ones.
    "a later state": (
        [*lines(3, last=40, price=2), *lines(4)],
        [*lines(3, first=2, last=41, price=2), *lines(4)],
        {},
    ),
    # An order's money is shared out over its lines in both files.
    "lines of one order": (
        [*lines(3, last=40, price=2), *lines(4)],
        [*lines(3, first=2, last=41, price=2), *lines(4)],
        {"transaction_columns": {"order_amount": "amount", "amount": None},
         "repeated_orders": "keep"},
    ),
    # What was taken back in January has no sale, until a later file holds it.
    "a sale after its return": ([*lines(4)], [*lines(4), f"{SALE}paid"], {}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEVERAL)
def test_orders_over_several_files_are_what_a_build_from_nothing_gives(
    home, source, kind
):
    once, once_more, variables = SEVERAL[kind]
    given = {"confirmed": ["amount"], **variables}
    first = source / "2024-01.csv"
    write(first, [*lines(1), f"{SALE}returned", f"{RETURN}returned"])
    build(home, source, **given)
    others = {}
    for name, rows in (("once", once), ("once_more", once_more)):
        write(source / "2024-04.csv", rows)
        build(home, source, **given)
        fresh = same_as_from_nothing(home, source, name, **given)
        others[name] = [
            row for row in fresh["base_source_months"] if "2024-04" not in str(row[0])
        ]
    # What the last file holds matters to rows of the others: else nothing was tested.
    assert others["once"] != others["once_more"]


@pytest.mark.slow
def test_a_month_that_leaves_the_window_is_a_change(home, source):
    variables = {"feature_window_months": 3}
    build(home, source, **variables)
    # May comes: everybody's January and February leave a window of three months.
    write(source / "2024-05.csv", ["c1,o,2024-05-01,1.00,tea,web,paid"])
    build(home, source, **variables)
    kept, fresh = held(home), held_from_nothing(home, source, **variables)
    assert kept["int_customer_features"] == fresh["int_customer_features"]


@pytest.mark.slow
def test_only_files_that_changed_are_read(home, source):
    run(home, source)
    # What the machine may take changes no row; nor does another file.
    write(source / "2024-04.csv", lines(4))
    old = {f"2024-{month:02d}.csv" for month in (1, 2, 3)}
    assert count_again(home, source, threads=1) == old
    (source / "2024-02.csv").touch()
    assert count_again(home, source) == {"2024-01.csv", "2024-03.csv", "2024-04.csv"}
    # Another setting may judge every row otherwise.
    assert count_again(home, source, largest_amount=5) == set()


def months_of(home: Path, table: str, *, without: str) -> list[tuple]:
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        return connection.execute(
            f"select * exclude ({without}) from {table} order by all"
        ).fetchall()


def test_months_of_a_changed_model_are_made_anew_some_at_a_time(home, source, tmp_path):
    # A month of several files, and a file of several months.
    write(source / "2024-04.csv", [*lines(4), "c1,late,2024-01-27,8.00,tea,shop,paid"])
    tables = ("int_month_orders", "int_category_months")
    run(home, source)
    at_once = {table: months_of(home, table, without="fingerprint") for table in tables}
    assert len({row[2] for row in at_once["int_month_orders"]}) == 4
    kind, columns = "materialized='month_by_month'", "\nselect\n    customer_id,"
    changed = {}
    for table in tables:
        path = f"models/intermediate/orders/{table}.sql"
        text = (REPOSITORY / path).read_text(encoding="utf-8")
        assert text.count(kind) == text.count(columns) == 1
        text = text.replace(columns, f"{columns} 1 as added,")
        changed[path] = text.replace(kind, f"{kind}, lines_at_once=130")
    done = run_dbt(
        home=home,
        variables={"transactions": f"{source}/*.csv"},
        command="run",
        options=("--select", *(f"+{table}" for table in tables)),
        project=project_with(tmp_path / "project", changed),
    )
    assert done.exit_code == 0, done.output
    said = (home / "logs" / "dbt.log").read_text(encoding="utf-8")
    for table in tables:
        assert months_of(home, table, without="fingerprint, added") == at_once[table]
        # January and February, March and April.
        begun = f'"model": "{table}", "part": "2024-03-01", "place": 2, "parts": 2'
        assert begun in said.replace('\\"', '"')
