"""What a release holds: the published tables, the report and the audience lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from segmentation.publishing.audiences import read_audiences, read_list, write_audiences
from segmentation.publishing.watched_files import watched_files
from segmentation.releases.pseudonyms import pseudonym_key, with_pseudonyms
from segmentation.releases.release_folder import (
    DATABASE,
    copy_tables,
    fingerprints,
    home_folder,
    new_database,
    publish,
    read_manifest,
)
from segmentation.report.render import render_report

REPORT = "report.html"
AUDIENCES = "audiences"
FACTS = "publication_facts"
EXCLUSIONS = "export_exclusions"
# What these say depends on what was published before.
COMPARISONS = ("data_quality", "segment_movements")
# Tables that no list and no page of the report is made of.
UNREPORTED = (
    "segment_history",
    "model_candidates",
    "model_segments",
    "model_reference",
)


def publish_build(
    *,
    session: duckdb.DuckDBPyConnection,
    relations: Mapping[str, duckdb.DuckDBPyRelation],
    settings: Mapping[str, object],
    source: object = None,
    engine: str | None = None,
) -> pa.Table:
    """Publish a build's marts as one release.

    Parameters
    ----------
    session
        Connection to the build database. The work is done on a cursor of its own: a
        transaction may write to one database only.
    relations
        Published table name to the mart it is copied from, and two that are not
        published: `publication_facts`, one row of what the build says of itself, and
        `export_exclusions`, customers who must be in no list.
    settings
        Wording and currency of the report.
    source
        The var `transactions`: the manifest says which source a release is of.
    engine
        For the manifest: what built the marts, where it keeps tables of its own.

    Returns
    -------
    Table
        All publications so far, the newest last: the rows of table `publications`.

    Raises
    ------
    RuntimeError
        If the source changed while it was read, or what was written does not read
        back as it was.
    """
    home = home_folder()
    moment = datetime.now(UTC)
    inputs = watched_files()
    published = home / "published"
    before = _publications_of(published / DATABASE)
    queries = {name: relation.sql_query() for name, relation in relations.items()}
    facts = relations[FACTS].to_arrow_table()
    exclusions = relations[EXCLUSIONS].df()
    for name in (FACTS, EXCLUSIONS):
        queries.pop(name)
    publications = before

    def fill(folder: Path) -> dict:
        nonlocal publications
        cursor = session.cursor()
        path = folder / DATABASE
        like = published / DATABASE
        with new_database(connection=cursor, path=path, like=like) as database:
            written = copy_tables(connection=cursor, database=database, queries=queries)
            publications = add_publication(
                previous=before,
                facts=facts,
                written=written,
                moment=moment,
            )
            cursor.register("publication_rows", publications)
            written |= copy_tables(
                connection=cursor,
                database=database,
                queries={"publications": "select * from publication_rows"},
            )
        check_release(path=path, written=written)
        (latest,) = publications.slice(publications.num_rows - 1).to_pylist()
        return {
            "publication": {name: _as_json(value) for name, value in latest.items()},
            "source": source,
            **({"engine": engine} if engine else {}),
            "inputs": inputs,
            "tables": written,
            **write_documents(
                folder=folder,
                settings=settings,
                previous=published,
                exclusions=exclusions,
            ),
        }

    publish(home=home, moment=moment, fill=fill)
    return publications


def write_documents(
    *,
    folder: Path,
    settings: Mapping[str, object],
    previous: Path,
    exclusions: pd.DataFrame,
) -> dict[str, object]:
    """Write audience lists and report from the database in `folder`.

    Parameters
    ----------
    folder
        The draft of a release, its database written.
    settings
        Wording and currency of the report.
    previous
        The release before: who its lists hold decides who is new in them.
    exclusions
        Customers who must be in no list: column customer_id.

    Returns
    -------
    dict
        For the manifest: `audiences`, `excluded_customers` (how many are in no list),
        `report` (its settings) and `has_pseudonyms`.

    Raises
    ------
    RuntimeError
        If a list or the report does not read back whole.
    """
    key = pseudonym_key()
    tables = with_pseudonyms(
        {**read_tables(folder / DATABASE), EXCLUSIONS: exclusions}, key=key
    )
    excluded_ids = set(tables.pop(EXCLUSIONS)["customer_id"])
    # Ids of another kind are nobody's: a list of changes would hold both.
    is_alike = read_manifest(previous).get("has_pseudonyms", False) == (key is not None)
    lists = write_audiences(
        customer_segments=tables["customer_segments"],
        segments=tables["segments"],
        folder=folder / AUDIENCES,
        previous=read_audiences(previous / AUDIENCES) if is_alike else None,
        exclude_ids=excluded_ids,
    )
    settings = {**settings, "audiences": lists, "versions": software_versions()}
    report = render_report(tables=tables, settings=settings)
    (folder / REPORT).write_text(report, encoding="utf-8")
    check_documents(folder=folder, lists=lists)
    return {
        "audiences": lists,
        "excluded_customers": len(excluded_ids),
        "report": settings,
        "has_pseudonyms": key is not None,
    }


def check_documents(*, folder: Path, lists: Iterable[Mapping[str, object]]) -> None:
    """Read lists and report back.

    Raises
    ------
    RuntimeError
        If a list has fewer or more rows than were written, or the report has no end.
    """
    for one in lists:
        path = folder / AUDIENCES / str(one["file"])
        rows = read_list(path, columns=["customer_id"]).num_rows
        if rows != one["rows"]:
            raise RuntimeError(
                f"list {one['file']} reads back with {rows} rows, not {one['rows']}; "
                "the release before it stays"
            )
    if not (folder / REPORT).read_text(encoding="utf-8").rstrip().endswith("</html>"):
        raise RuntimeError("the report has no end; the release before it stays")


def read_tables(
    path: Path, names: Iterable[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return tables of a published database, by name.

    Where none are named, all that lists and report are made of: not the history, whose
    rows are customers times months. Nothing is returned where there is no file.
    """
    if not path.exists():
        return {}
    with _opened(path) as connection:
        found = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'release'"
        ).fetchall()
        return {
            name: _frame(connection, f"release.main.{name}")
            for (name,) in sorted(found)
            if (name not in UNREPORTED if names is None else name in names)
        }


def _frame(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    # A column at a time: texts of millions of customers take three times their memory
    # while they are made into pandas'.
    columns = connection.table(table).columns
    return pd.concat(
        [
            connection.execute(f'select "{column}" from {table}').df()
            for column in columns
        ],
        axis=1,
    )


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    escaped = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{escaped}' as release (read_only)")
        yield connection


def check_release(*, path: Path, written: Mapping[str, Mapping[str, object]]) -> None:
    """Read a release's database back in a connection of its own.

    Raises
    ------
    RuntimeError
        If a table differs from what was written, with its name and both figures.
    """
    with _opened(path) as connection:
        found = fingerprints(connection=connection, database="release", tables=written)
    for table, expected in written.items():
        if found[table] != expected:
            raise RuntimeError(
                f"published table {table} reads back as {found[table]}, "
                f"not as {expected}; the release before it stays"
            )


def _as_json(value: object) -> object:
    """Return a cell as JSON holds it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _publications_of(path: Path) -> pa.Table | None:
    """Return the publications that a release lists; None where there is none."""
    if not path.exists():
        return None
    with _opened(path) as connection:
        return connection.sql("from release.main.publications").to_arrow_table()


def add_publication(
    *,
    previous: pa.Table | None,
    facts: pa.Table,
    written: Mapping[str, Mapping[str, object]],
    moment: datetime,
) -> pa.Table:
    """Return the publications so far and this one as the last row, in its types.

    The checksum covers the rows of every published table but this one and those that
    compare with the publication before, so two builds of the same data have the same
    checksum, whenever they ran.
    """
    own = {name: rows for name, rows in written.items() if name not in COMPARISONS}
    checksum = hashlib.sha256(
        json.dumps(own, sort_keys=True).encode("utf-8")
    ).hexdigest()
    own_columns = {
        "publication_id": pa.array([moment.strftime("%Y%m%dT%H%M%S%fZ")]),
        "published_at": pa.array([moment.replace(tzinfo=None)], pa.timestamp("us")),
        **dict(zip(facts.column_names, facts.columns, strict=True)),
        "checksum": pa.array([checksum]),
    }
    this = pa.table(own_columns)
    if previous is None:
        return this
    shared = [field for field in this.schema if field.name in previous.column_names]
    known = previous.select([field.name for field in shared]).cast(pa.schema(shared))
    return pa.concat_tables([known, this], promote_options="default")


def software_versions() -> dict[str, str]:
    """Return the versions of the libraries that made the figures."""
    names = ("duckdb", "dbt-core", "dbt-duckdb", "scikit-learn", "pandas")
    return {name: version(name) for name in names}
