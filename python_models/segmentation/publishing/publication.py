"""A build becomes a release: tables and documents are written, checked, published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from segmentation.publishing.documents import FORMATS, PRIVATE, write_documents
from segmentation.publishing.parquet_files import write_parquet
from segmentation.publishing.watched_files import watched_files
from segmentation.releases.other_places import is_in_postgres
from segmentation.releases.release_folder import DATABASE, home_folder, publish
from segmentation.releases.release_tables import (
    check_release,
    copy_tables,
    new_database,
    opened,
)
from segmentation.releases.table_notes import table_notes

FACTS = "publication_facts"
# What these say depends on what was published before.
COMPARISONS = ("data_quality", "segment_movements")


def publish_build(
    *,
    session: duckdb.DuckDBPyConnection,
    relations: Mapping[str, duckdb.DuckDBPyRelation],
    settings: Mapping[str, object],
    source: object = None,
    list_formats: Sequence[str] = (),
    engine: str | None = None,
    has_parquet: bool = False,
) -> pa.Table:
    """Publish a build's marts as one release.

    Parameters
    ----------
    session
        Connection to the build database. The work is done on a cursor of its own: a
        transaction may write to one database only.
    relations
        Published table name to the mart it is copied from, and four that are not
        published: `publication_facts`, one row of what the build says of itself,
        `export_exclusions`, customers who must be in no list, `contacts`, how they are
        reached, and `list_formats`, how lists are written for whom.
    settings
        Wording and currency of the report.
    source
        The var `transactions`: the manifest says which source a release is of.
    list_formats
        Which of the formats lists are written in as well.
    engine
        For the manifest: what built the marts, where it keeps tables of its own.
    has_parquet
        Whether each table is written as a Parquet file as well.

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
    private = {name: relations[name].df() for name in PRIVATE}
    formats = private.pop(FORMATS)
    formats = formats[formats["list_format"].isin(list_formats)]
    for name in (FACTS, FORMATS, *private):
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
        with ThreadPoolExecutor(1) as beside:
            # One core writes these while the other makes lists and report.
            if has_parquet:
                files = beside.submit(write_parquet, database=path, folder=folder)
            documents = write_documents(
                folder=folder,
                settings=settings,
                previous=published,
                private=private,
                formats=formats.to_dict("records"),
            )
            if has_parquet:
                files.result()
        (latest,) = publications.slice(publications.num_rows - 1).to_pylist()
        return {
            "publication": {name: _as_json(value) for name, value in latest.items()},
            "source": source,
            **({"engine": engine} if engine else {}),
            **(
                {"is_in_postgres": True, "notes": table_notes()}
                if is_in_postgres()
                else {}
            ),
            "inputs": inputs,
            "tables": written,
            **documents,
        }

    publish(home=home, moment=moment, fill=fill)
    return publications


def _as_json(value: object) -> object:
    """Return a cell as JSON holds it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _publications_of(path: Path) -> pa.Table | None:
    """Return the publications that a release lists; None where there is none."""
    if not path.exists():
        return None
    with opened(path) as connection:
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
