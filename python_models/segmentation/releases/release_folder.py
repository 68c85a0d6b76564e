"""Releases: written beside the published one, checked, then swapped in by one rename.

A release is a folder `releases/<id>/` with `segments.duckdb`, `report.html`,
`audiences/` and `manifest.json`. `published` is a symbolic link to the current one.
Readers only ever open published files, and nothing writes to a published file.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

# Storage that DuckDB 1.0 and every later client can read.
STORAGE_VERSION = "v1.0.0"
# Files and folders are for their owner only: they hold customers.
PRIVATE_UMASK = 0o077
DATABASE = "segments.duckdb"
MANIFEST = "manifest.json"
# Tables of many rows, written part by part so that no sort is larger than a part: the
# column that parts them, and the column that is a part's key.
PARTS = {"segment_history": ("as_of_date", "customer_id")}
# Added to the name of what could not be read and was moved out of the way.
UNREADABLE = ".unreadable"


def home_folder() -> Path:
    """Return the folder builds write to: `SEGMENTATION_HOME`, else `warehouse`."""
    return Path(os.environ.get("SEGMENTATION_HOME", "warehouse"))


def release_identifier(moment: datetime) -> str:
    """Return a folder name that sorts by time, such as `20171231T235959123456Z`."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


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
            f"attach {_literal(path)} as release (storage_version '{STORAGE_VERSION}')"
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
    for table, query in queries.items():
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
        connection.execute(f"attach {_literal(path)} as release")
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


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def publish(
    *,
    home: Path,
    moment: datetime,
    fill: Callable[[Path], dict],
) -> Path:
    """Make a release with `fill`, then point `published` at it in one step.

    Parameters
    ----------
    home
        Folder that holds `releases/` and `published`.
    moment
        Time of publication; it names the release.
    fill
        Writes the release's files into the folder it is given and returns what the
        manifest says of them.

    Returns
    -------
    Path
        The folder of the release, now published.

    Notes
    -----
    Until the last rename a reader sees the old release, after it the new one. A build
    killed before leaves a `.tmp` folder, which the next one sweeps.
    """
    os.umask(PRIVATE_UMASK)
    releases = home / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    sweep(home)
    release = releases / release_identifier(moment)
    draft = release.with_name(release.name + ".tmp")
    draft.mkdir()
    try:
        manifest = fill(draft)
        manifest["files"] = file_states(draft)
        text = json.dumps(manifest, indent=2) + "\n"
        (draft / MANIFEST).write_text(text, encoding="utf-8")
        for path in sorted(draft.rglob("*")):
            _sync(path)
        _sync(draft)
        check_files(draft)
    except BaseException:
        # On a full disk the draft is what fills it.
        shutil.rmtree(draft, ignore_errors=True)
        raise
    before = (home / "published").resolve()
    draft.rename(release)
    _sync(releases)
    point_to(home=home, release=release)
    _drop_all_but(home=home, kept={release.resolve(), before})
    return release


def file_states(folder: Path) -> dict[str, dict[str, int | str]]:
    """Return bytes and SHA-256 of every file below a folder but its manifest."""
    return {
        str(path.relative_to(folder)): {
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def read_manifest(release: Path) -> dict[str, object]:
    """Return the manifest of a release, empty where there is none."""
    path = release / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def refuse_catalog(release: Path) -> None:
    """Stop what changes the files of a release and knows no catalog.

    Raises
    ------
    RuntimeError
        If the release has tables in Spark's catalog too.
    """
    if read_manifest(release).get("engine") == "spark":
        raise RuntimeError(
            f"{release} has tables in Spark's catalog, and this command does not reach "
            "those: nothing changed. README.md says what to do by hand."
        )


def check_files(release: Path) -> None:
    """Compare the files of a release with its manifest.

    Raises
    ------
    RuntimeError
        If a file is missing, was added or differs, with its name.
    """
    try:
        written = json.loads((release / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        raise RuntimeError(f"{release} has no readable {MANIFEST}: {error}") from None
    found = file_states(release)
    wrong = sorted(
        name for name in {*written, *found} if written.get(name) != found.get(name)
    )
    if wrong:
        raise RuntimeError(
            f"{release} is not as its manifest says: {', '.join(wrong)} differ"
        )


def point_to(*, home: Path, release: Path) -> None:
    """Point `published` at a release, in one rename."""
    link = home / "published"
    fresh = home / "published.tmp"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / release.name)
    os.replace(fresh, link)
    _sync(home)


def sweep(home: Path) -> list[Path]:
    """Remove drafts of killed builds and what could not be read; return what it was."""
    leftovers = sorted((home / "releases").glob("*.tmp"))
    leftovers += home.glob(f"published{UNREADABLE}")
    for path in leftovers:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return leftovers


def releases_of(home: Path) -> list[Path]:
    """Return the folders of finished releases, the oldest first."""
    return sorted(
        path.resolve()
        for path in (home / "releases").glob("*")
        if path.is_dir() and path.suffix != ".tmp"
    )


def _drop_all_but(*, home: Path, kept: set[Path]) -> None:
    # The one that was published before stays, for `make rollback`.
    for path in releases_of(home):
        if path not in kept:
            shutil.rmtree(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
