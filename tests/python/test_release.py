"""Releases: all or nothing, one rename, older clients can read them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from pandas.testing import assert_frame_equal

from segmentation.publishing.erasure import erase
from segmentation.publishing.publication import add_publication
from segmentation.releases.release_folder import (
    publish,
    release_identifier,
    releases_of,
)
from segmentation.releases.release_tables import (
    check_release,
    copy_tables,
    new_database,
    read_tables,
)
from segmentation.releases.rollback import roll_back

NOON = datetime(2024, 3, 31, 12, tzinfo=UTC)


def write_word(word: str):
    def fill(folder: Path) -> dict:
        (folder / "word.txt").write_text(word)
        return {"word": word}

    return fill


def test_publish_swaps_to_the_new_release_and_keeps_the_last(tmp_path):
    for step, word in enumerate(["one", "two", "three"]):
        publish(
            home=tmp_path, moment=NOON + timedelta(hours=step), fill=write_word(word)
        )

    published = tmp_path / "published"
    assert published.is_symlink()
    assert (published / "word.txt").read_text() == "three"
    assert len(list((tmp_path / "releases").iterdir())) == 2
    manifest = json.loads((published / "manifest.json").read_text())
    assert manifest["word"] == "three"
    assert manifest["files"]["word.txt"]["bytes"] == 5


def test_a_release_that_fails_changes_nothing_and_leaves_nothing(tmp_path):
    publish(home=tmp_path, moment=NOON, fill=write_word("old"))

    def fail(folder: Path) -> dict:
        (folder / "half.txt").write_text("half")
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        publish(home=tmp_path, moment=NOON + timedelta(hours=1), fill=fail)
    assert (tmp_path / "published" / "word.txt").read_text() == "old"
    assert not list((tmp_path / "releases").glob("*.tmp"))

    # A build that was killed could not tidy up: the next one does.
    (tmp_path / "releases" / "20240101T000000000000Z.tmp").mkdir()
    publish(home=tmp_path, moment=NOON + timedelta(hours=2), fill=write_word("new"))
    assert (tmp_path / "published" / "word.txt").read_text() == "new"
    assert not list((tmp_path / "releases").glob("*.tmp"))


def test_a_reader_keeps_the_file_it_opened(tmp_path):
    publish(home=tmp_path, moment=NOON, fill=write_word("old"))
    with (tmp_path / "published" / "word.txt").open() as reader:
        for step, word in enumerate(["two", "three", "four"], start=1):
            moment = NOON + timedelta(hours=step)
            publish(home=tmp_path, moment=moment, fill=write_word(word))
        assert reader.read() == "old"


def test_releases_are_finished_folders(tmp_path):
    for name in ("b", "a", "c.tmp"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    (tmp_path / "releases" / "d").write_text("no folder")
    assert [path.name for path in releases_of(tmp_path)] == ["a", "b"]


def test_release_identifiers_sort_by_time():
    moments = [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(days=400)]
    names = [release_identifier(moment) for moment in moments]
    assert names == sorted(set(names))


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


def test_publications_accumulate_and_checksums_do_not_depend_on_time():
    query = "select date '2024-03-31' as as_of_date, 5 as n, 8057463.08::{} as revenue"
    facts = duckdb.sql(query.format("decimal(18, 2)")).to_arrow_table()
    written = {"segments": {"row_count": 3, "checksum": "7"}}
    first = add_publication(previous=None, facts=facts, written=written, moment=NOON)
    second = add_publication(
        previous=first, facts=facts, written=written, moment=NOON + timedelta(days=1)
    )
    assert len(set(second["publication_id"].to_pylist())) == second.num_rows == 2
    assert len(set(second["checksum"].to_pylist())) == 1
    moments = second["published_at"].to_pylist()
    assert moments == sorted(moments)
    # A release of before had a date with a time, and money as a float.
    older = duckdb.sql(
        "select * replace (as_of_date::timestamp as as_of_date, revenue::double as"
        " revenue) from first"
    ).to_arrow_table()
    third = add_publication(previous=older, facts=facts, written=written, moment=NOON)
    assert third.schema == first.schema and third.slice(0, 1).equals(first)


def test_nothing_is_published_outside_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    publish(home=home, moment=NOON, fill=write_word("x"))
    assert os.listdir(tmp_path) == ["home"]


def test_what_knows_no_catalog_refuses_a_release_of_spark(tmp_path):
    def fill(folder: Path) -> dict:
        duckdb.connect(str(folder / "segments.duckdb")).close()
        return {"engine": "spark"}

    for step in range(2):
        publish(home=tmp_path, moment=NOON + timedelta(hours=step), fill=fill)
    published = (tmp_path / "published").resolve()
    seed = tmp_path / "erased.csv"
    for change in (
        lambda: roll_back(tmp_path),
        lambda: erase(customer_id="c1", home=tmp_path, seed=seed, folders=[]),
    ):
        with pytest.raises(RuntimeError, match="tables in Spark's catalog"):
            change()
    assert (tmp_path / "published").resolve() == published
    assert not seed.exists()


def test_roll_back_publishes_the_release_before_and_refuses_without_one(tmp_path):
    with pytest.raises(RuntimeError, match="no release before"):
        roll_back(tmp_path)
    for step, word in enumerate(["one", "two"]):
        moment = NOON + timedelta(hours=step)
        publish(home=tmp_path, moment=moment, fill=write_word(word))
    roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "one"
    with pytest.raises(RuntimeError, match="no release before"):
        roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "one"

    # The next release follows the one gone back to; the other is dropped.
    publish(home=tmp_path, moment=NOON + timedelta(days=1), fill=write_word("three"))
    assert (tmp_path / "published" / "word.txt").read_text() == "three"
    roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "one"


def test_a_damaged_release_is_not_rolled_back_to(tmp_path):
    for step, word in enumerate(["one", "two"]):
        moment = NOON + timedelta(hours=step)
        publish(home=tmp_path, moment=moment, fill=write_word(word))
    (first,) = [
        path
        for path in releases_of(tmp_path)
        if path != (tmp_path / "published").resolve()
    ]
    (first / "word.txt").write_text("0ne")
    with pytest.raises(RuntimeError, match="word.txt differ"):
        roll_back(tmp_path)
    (first / "manifest.json").unlink()
    with pytest.raises(RuntimeError, match="no readable manifest"):
        roll_back(tmp_path)
    assert (tmp_path / "published" / "word.txt").read_text() == "two"


def test_make_rollback_says_in_one_line_why_it_cannot(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "segmentation.releases.rollback"],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2] / "python_models"),
            "SEGMENTATION_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "no release before" in done.stderr
