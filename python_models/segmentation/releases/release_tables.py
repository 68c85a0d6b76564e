"""The database of a release: written, and read back as it was written."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from segmentation.wording.progress import at_stage
from segmentation.wording.sql import literal

# Storage that DuckDB 1.0 and every later client can read.
STORAGE_VERSION = "v1.0.0"
# Tables of many rows, written part by part so that no sort is larger than a part: the
# column that parts them, and the column that is a part's key.
PARTS = {"segment_history": ("as_of_date", "customer_id")}
MANY_ROWS = 100_000
# Tables that no list and no page of the report is made of.
UNREPORTED = (
    "segment_history",
    "model_candidates",
    "model_segments",
    "model_reference",
)


@contextmanager
def new_database(
    *, connection: duckdb.DuckDBPyConnection, path: Path, like: Path | None = None
) -> Iterator[str]:
    """Attach a new DuckDB file that older clients can read; detach it at the end.

    Parameters
    ----------
    connection
        Open connection, outside a transaction.
    path
        File to create.
    like
        The release's file before, if there is one: its tables of `PARTS` are taken
        over, for `copy_tables` to keep what is the same.

    Yields
    ------
    str
        Name of the attached database.

    Raises
    ------
    FileExistsError
        If the file is there already: published files are never written to.
    """
    if path.exists():
        raise FileExistsError(f"release file {path} exists already")
    if like is None or not _take_over(connection=connection, path=path, like=like):
        connection.execute(
            f"attach {literal(path)} as release (storage_version '{STORAGE_VERSION}')"
        )
    try:
        yield "release"
        connection.execute("checkpoint release")
    finally:
        connection.execute("detach release")


def copy_tables(
    *,
    connection: duckdb.DuckDBPyConnection,
    database: str,
    queries: Mapping[str, str],
) -> dict[str, dict[str, str | int]]:
    """Copy the rows of queries into tables of an attached database.

    Returns
    -------
    dict
        Per table `row_count` and `checksum`: the sum of its rows' hashes, which no
        order of rows changes.
    """
    for number, (table, query) in enumerate(queries.items(), start=1):
        at_stage(f"table {table}, {number} of {len(queries)}")
        target = f"{database}.main.{table}"
        if table in PARTS:
            _copy_parts(connection, target, query, *PARTS[table])
        else:
            connection.execute(
                f"create table {target} as "
                f"select * from ({query}) as source order by all"
            )
    return fingerprints(connection=connection, database=database, tables=queries)


def _copy_parts(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    query: str,
    column: str,
    key: str,
) -> None:
    """Copy the rows of a query part by part, but for parts that are there already."""
    if not _is_alike(connection, target, query):
        connection.execute(f"drop table if exists {target}")
        connection.execute(
            f"create table {target} as select * from ({query}) as source where false"
        )
    wanted = _part_states(connection, f"({query})", column)
    there = _part_states(connection, target, column)
    # Parts stand in order: from the first that differs on, all are written.
    kept = list(itertools.takewhile(there.__contains__, wanted))
    for state in there:
        if state not in kept:
            connection.execute(f"delete from {target} where {column} = ?", state[:1])
    for state in wanted[len(kept) :]:
        connection.execute(
            f"insert into {target} select * from ({query}) as source "
            f"where {column} = ? order by {key}",
            state[:1],
        )


def _is_alike(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> bool:
    """Return whether a table is there and has a query's columns and types."""
    try:
        there = connection.execute(f"describe {table}").fetchall()
    except duckdb.CatalogException:
        return False
    return there == connection.execute(f"describe {query}").fetchall()


def _part_states(
    connection: duckdb.DuckDBPyConnection, source: str, column: str
) -> list[tuple]:
    """Return each part of a relation with row count and checksum, in order."""
    return connection.execute(
        f"select {column}, count(*), sum(hash(source)) from {source} as source "
        f"group by {column} order by {column}"
    ).fetchall()


def _take_over(
    *, connection: duckdb.DuckDBPyConnection, path: Path, like: Path
) -> bool:
    """Attach a copy of a release's file with its tables of `PARTS` alone.

    Returns
    -------
    bool
        Whether there is one; nothing is attached where it cannot be read.
    """
    if not like.exists():
        return False
    shutil.copyfile(like, path)
    try:
        connection.execute(f"attach {literal(path)} as release")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'release'"
        ).fetchall()
        for (table,) in tables:
            if table not in PARTS:
                connection.execute(f'drop table release.main."{table}"')
        # What these held is written over, not kept beside.
        connection.execute("checkpoint release")
    except duckdb.Error:
        connection.execute("detach database if exists release")
        path.unlink()
        return False
    return True


def fingerprints(
    *, connection: duckdb.DuckDBPyConnection, database: str, tables: Iterable[str]
) -> dict[str, dict[str, str | int]]:
    """Return row count and checksum of each table of an attached database."""
    found = {}
    for table in tables:
        ((row_count, checksum),) = connection.execute(
            "select count(*), coalesce(sum(hash(source)), 0) "
            f"from {database}.main.{table} as source"
        ).fetchall()
        found[table] = {"row_count": row_count, "checksum": str(checksum)}
    return found


def read_tables(
    path: Path, names: Iterable[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return tables of a published database, by name.

    Where none are named, all that lists and report are made of: not the history, whose
    rows are customers times months. Nothing is returned where there is no file.
    """
    if not path.exists():
        return {}
    with opened(path) as connection:
        found = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'release'"
        ).fetchall()
        return {
            name: _frame(connection, f"release.main.{name}")
            for (name,) in sorted(found)
            if (name not in UNREPORTED if names is None else name in names)
        }


def _frame(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    relation = connection.table(table)
    ((row_count,),) = relation.count("*").fetchall()
    if row_count < MANY_ROWS:
        return relation.df()
    # A column at a time: texts of millions of customers take three times their memory
    # while they are made into pandas'.
    columns = [relation.project(f'"{name}"').df() for name in relation.columns]
    return pd.concat(columns, axis=1)


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published database to read: its tables are in `release.main`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(path)} as release (read_only)")
        yield connection


def check_release(*, path: Path, written: Mapping[str, Mapping[str, object]]) -> None:
    """Read a release's database back in a connection of its own.

    Raises
    ------
    RuntimeError
        If a table differs from what was written, with its name and both figures.
    """
    with opened(path) as connection:
        found = fingerprints(connection=connection, database="release", tables=written)
    for table, expected in written.items():
        if found[table] != expected:
            raise RuntimeError(
                f"published table {table} reads back as {found[table]}, "
                f"not as {expected}; the release before it stays"
            )
