"""A release's database: older clients read it, rows keep their checksums."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest
from pandas.testing import assert_frame_equal

from release_fixtures import NOON, write_word
from segmentation.releases.release_folder import publish
from segmentation.releases.release_tables import (
    check_release,
    copy_tables,
    new_database,
    read_tables,
)


def test_a_reader_keeps_the_file_it_opened(tmp_path):
    publish(home=tmp_path, moment=NOON, fill=write_word("old"))
    with (tmp_path / "published" / "word.txt").open() as reader:
        for step, word in enumerate(["two", "three", "four"], start=1):
            moment = NOON + timedelta(hours=step)
            publish(home=tmp_path, moment=moment, fill=write_word(word))
        assert reader.read() == "old"


def test_checksums_ignore_row_order_and_notice_one_changed_value(tmp_path):
    queries = {
        "a": "select range as n, 'x' as w from range(5)",
        "b": "select 4 - range as n, 'x' as w from range(5)",
        "c": "select case when range = 3 then 30 else range end as n, 'x' as w "
        "from range(5)",
    }
    with duckdb.connect() as connection:
        path = tmp_path / "x.duckdb"
        with new_database(connection=connection, path=path) as database:
            found = copy_tables(
                connection=connection, database=database, queries=queries
            )
    assert found["a"] == found["b"]
    assert found["a"]["row_count"] == 5
    assert found["a"]["checksum"] != found["c"]["checksum"]
    assert read_tables(path, names=["b"])["b"]["n"].tolist() == [0, 1, 2, 3, 4]
    check_release(path=path, written=found)
    with pytest.raises(RuntimeError, match="published table a reads back"):
        check_release(path=path, written={"a": {"row_count": 6, "checksum": "0"}})


class Counting:
    """A connection that remembers which dates were inserted."""

    def __init__(self, connection):
        self.connection, self.inserted = connection, []

    def execute(self, query, parameters=None):
        if query.startswith("insert into"):
            self.inserted.append(parameters[0].day)
        return self.connection.execute(query, parameters)


def history(*days: int, changed: int = 0, more: str = "") -> dict[str, str]:
    dates = ", ".join(f"date '2024-01-{day:02d}'" for day in days)
    return {
        "segment_history": "select as_of_date, 'c' || range as customer_id, "
        f"case when day(as_of_date) = {changed} and range = 7 then 's02' else 's01' end"
        f" as segment_id{more} from range(9), unnest([{dates}]) as dates (as_of_date) "
        "order by hash(range)"
    }


@pytest.mark.parametrize(
    ("now", "inserted"),
    [
        (history(1, 2, 3), []),
        (history(1, 2, 4), [4]),
        (history(1, 2, 3, 4, changed=2), [2, 3, 4]),
        (history(2, 3), []),
        (history(1, 2), []),
        (history(1, 2, 3, more=", true as is_held"), [1, 2, 3]),
    ],
)
def test_dates_of_the_release_before_are_taken_over(tmp_path, now, inserted):
    first, second, alone = (tmp_path / f"{name}.duckdb" for name in ("1", "2", "3"))
    with duckdb.connect() as plain:
        connection = Counting(plain)
        for path, like, queries in (
            (first, None, {**history(1, 2, 3), "other": "select 1 as n"}),
            (alone, None, now),
            (second, first, now),
        ):
            connection.inserted = []
            with new_database(connection=connection, path=path, like=like) as database:
                written = copy_tables(
                    connection=connection, database=database, queries=queries
                )
            check_release(path=path, written=written)
    assert connection.inserted == inserted
    tables = read_tables(second, names=["segment_history", "other"])
    expected = read_tables(alone, names=["segment_history"])["segment_history"]
    assert list(tables) == ["segment_history"]
    assert_frame_equal(tables["segment_history"], expected)


def test_a_release_before_that_cannot_be_read_is_no_start(tmp_path):
    like, path = tmp_path / "1.duckdb", tmp_path / "2.duckdb"
    like.write_bytes(b"damaged" * 1000)
    with duckdb.connect() as connection:
        with new_database(connection=connection, path=path, like=like) as database:
            copy_tables(connection=connection, database=database, queries=history(1, 2))
    assert len(read_tables(path, names=["segment_history"])["segment_history"]) == 18


def test_a_release_file_is_never_written_over(tmp_path):
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"mine")
    with duckdb.connect() as connection:
        with pytest.raises(FileExistsError, match="exists already"):
            with new_database(connection=connection, path=path):
                pass
    assert path.read_bytes() == b"mine"
