"""What a release holds: the published tables, the report and the audience lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd

from segmentation.audiences import write_audiences
from segmentation.release import (
    copy_tables,
    fingerprints,
    home_folder,
    new_database,
    publish,
)
from segmentation.report.render import render_report

DATABASE = "segments.duckdb"
REPORT = "report.html"
AUDIENCES = "audiences"
FACTS = "publication_facts"


def publish_build(
    *,
    session: duckdb.DuckDBPyConnection,
    relations: Mapping[str, duckdb.DuckDBPyRelation],
    settings: Mapping[str, object],
) -> pd.DataFrame:
    """Publish a build's marts as one release.

    Parameters
    ----------
    session
        Connection to the build database. The work is done on a cursor of its own: a
        transaction may write to one database only.
    relations
        Published table name to the mart it is copied from, and `publication_facts`:
        one row of what the build says of itself.
    settings
        Wording and currency of the report.

    Returns
    -------
    DataFrame
        All publications so far, the newest last: the rows of table `publications`.

    Raises
    ------
    RuntimeError
        If what was written does not read back as it was.
    """
    home = home_folder()
    moment = datetime.now(UTC)
    before = read_tables(home / "published" / DATABASE)
    queries = {name: relation.sql_query() for name, relation in relations.items()}
    facts = relations[FACTS].df()
    queries.pop(FACTS)
    publications = pd.DataFrame()

    def fill(folder: Path) -> dict:
        nonlocal publications
        cursor = session.cursor()
        path = folder / DATABASE
        with new_database(connection=cursor, path=path) as database:
            written = copy_tables(connection=cursor, database=database, queries=queries)
            publications = add_publication(
                previous=before.get("publications"),
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
        tables = read_tables(path)
        check_release(path=path, written=written)
        lists = write_audiences(
            customer_segments=tables["customer_segments"],
            segments=tables["segments"],
            folder=folder / AUDIENCES,
            previous=before.get("customer_segments"),
        )
        report = render_report(
            tables=tables,
            settings={**settings, "audiences": lists, "versions": software_versions()},
        )
        (folder / REPORT).write_text(report, encoding="utf-8")
        latest = publications.tail(1).to_json(orient="records", date_format="iso")
        return {
            "publication": json.loads(latest)[0],
            "tables": written,
            "audiences": lists,
        }

    publish(home=home, moment=moment, fill=fill)
    return publications


def read_tables(
    path: Path, names: Iterable[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return tables of a published database, all where none are named.

    Nothing is returned where there is no file.
    """
    if not path.exists():
        return {}
    with _opened(path) as connection:
        found = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'release'"
        ).fetchall()
        return {
            name: connection.execute(f"from release.main.{name}").df()
            for (name,) in sorted(found)
            if names is None or name in names
        }


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


def add_publication(
    *,
    previous: pd.DataFrame | None,
    facts: pd.DataFrame,
    written: Mapping[str, Mapping[str, object]],
    moment: datetime,
) -> pd.DataFrame:
    """Return the publications so far and this one as the last row.

    The checksum covers the rows of every published table but this one, so two builds
    of the same data have the same checksum, whenever they ran.
    """
    checksum = hashlib.sha256(
        json.dumps(written, sort_keys=True).encode("utf-8")
    ).hexdigest()
    this = facts.assign(
        publication_id=moment.strftime("%Y%m%dT%H%M%S%fZ"),
        published_at=pd.Timestamp(moment.replace(tzinfo=None)),
        checksum=checksum,
    )
    columns = ["publication_id", "published_at", *facts.columns, "checksum"]
    frames = [this[columns]] if previous is None else [previous, this[columns]]
    return pd.concat(frames, ignore_index=True)


def software_versions() -> dict[str, str]:
    """Return the versions of the libraries that made the figures."""
    names = ("duckdb", "dbt-core", "dbt-duckdb", "scikit-learn", "pandas")
    return {name: version(name) for name in names}
