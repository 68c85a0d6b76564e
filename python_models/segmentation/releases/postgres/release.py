"""A release in PostgreSQL too, for tools that read no DuckDB file.

Each release has a schema of its own, filled in one transaction. Readers use views in
one schema, and another transaction turns all of them to the newest release. Whenever
this is killed, what was not committed is undone: readers have the release they had, or
the new one, whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import adbc_driver_postgresql.dbapi as driver
import duckdb

from segmentation.releases.manifest import read_manifest
from segmentation.releases.postgres.catalog import (
    DEPENDED_ON,
    LOCK_MILLISECONDS,
    LOCKED,
    Catalog,
    comments,
)
from segmentation.releases.postgres.server import PostgresProblem, Server
from segmentation.releases.postgres.views import turn_views
from segmentation.releases.release_folder import DATABASE
from segmentation.releases.release_tables import opened
from segmentation.wording.sql import identifier, literal

# With the moment of a release behind it: a name in PostgreSQL has 63 bytes at most.
SCHEMA_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,38}")
# Others of DuckDB's types that are published are called alike in PostgreSQL.
TYPES = {"VARCHAR": "text", "DOUBLE": "double precision"}
ROWS_AT_ONCE = 100_000
WRONG_KIND = "42809"  # a view where only our tables were


def publish_release(release: Path, *, variable: str, schema: str, kept: int) -> str:
    """Publish a release's tables in PostgreSQL; one that is there is only turned to.

    Parameters
    ----------
    release
        The folder of a finished release.
    variable
        The environment variable that holds the address.
    schema
        The schema that readers use.
    kept
        How many of the newest releases stay there.

    Returns
    -------
    str
        The schema that readers use, and where it is.

    Raises
    ------
    PostgresProblem
        If it cannot be done. Readers then have the release they had, whole; but after
        the last step, dropping what is old, they have this one.
    """
    server = Server(
        variable,
        purpose=f"to publish {release.name} there",
        otherwise="the release in the files stands, and the next build publishes here",
    )
    if not SCHEMA_NAME.fullmatch(schema):
        raise PostgresProblem(
            f"{schema!r} cannot be the schema in PostgreSQL.",
            wanted="at most 39 lower-case letters, digits and underscores",
            found=repr(schema),
            next_step=f"correct {variable}_SCHEMA, or leave it out",
        )
    own = f"{schema}_{release.name.lower()}"
    notes = read_manifest(release).get("notes", {})
    with server.connected() as connection, connection.cursor() as cursor:
        catalog = Catalog(server, connection, cursor, schema)
        # One at a time. Who was killed just now lets go within a moment.
        cursor.execute("set lock_timeout = '10s'")
        cursor.execute(f"select pg_advisory_lock(hashtext({literal(schema)}))")
        cursor.execute(f"set lock_timeout = {LOCK_MILLISECONDS}")
        connection.commit()
        # Builds that stop before the end leave releases that nobody is shown.
        drop_old(catalog, kept=kept)
        if own not in catalog.releases():
            fill(catalog, own=own, database=release / DATABASE, notes=notes)
        turn_views(catalog, release=own, notes=notes)
        blocked = drop_old(catalog, kept=kept)
    if blocked:
        raise PostgresProblem(
            f"{release.name} is published in PostgreSQL, but an older release could "
            "not be dropped.",
            wanted="nothing of yours on the tables of a release",
            found=blocked,
            next_step=f"let yours read the views in {schema} instead; nothing of yours "
            "was dropped",
        )
    return f"schema {schema} of {server.where}"


def fill(
    catalog: Catalog, *, own: str, database: Path, notes: Mapping[str, dict]
) -> None:
    """Copy all tables of a published file into a new schema, in one transaction.

    Raises
    ------
    PostgresProblem
        If a table has not the rows of the file.
    """
    catalog.cursor.execute(f"create schema {own}")
    statements = []
    with opened(database) as source:
        tables = source.sql(
            "select table_name from duckdb_tables()"
            " where database_name = 'release' order by table_name"
        ).fetchall()
        for (table,) in tables:
            name = f"{own}.{identifier(table)}"
            rows = source.table(f'release.main."{table}"')
            _copy(catalog, rows, own=own, table=table)
            key = notes.get(table, {}).get("key")
            if key:
                kind = "unique" if _has_gap(rows, key) else "primary key"
                columns = ", ".join(map(identifier, key))
                statements.append(f"alter table {name} add {kind} ({columns})")
            statements += comments("table", name, notes.get(table, {}))
            statements.append(f"analyze {name}")
    catalog.run(statements)
    catalog.connection.commit()


def _copy(
    catalog: Catalog, rows: duckdb.DuckDBPyRelation, *, own: str, table: str
) -> None:
    """Copy the rows of a table by COPY, and count them there."""
    types = dict(zip(rows.columns, map(str, rows.types), strict=True))
    declared = ", ".join(
        f"{identifier(name)} {TYPES.get(kind, kind)}" for name, kind in types.items()
    )
    name = f"{own}.{identifier(table)}"
    catalog.cursor.execute(f"create table {name} ({declared})")
    # PostgreSQL knows no NUL in a text.
    values = ", ".join(
        f"replace({identifier(column)}, chr(0), '') as {identifier(column)}"
        if kind == "VARCHAR"
        else identifier(column)
        for column, kind in types.items()
    )
    catalog.cursor.adbc_ingest(
        table,
        rows.project(values).to_arrow_reader(ROWS_AT_ONCE),
        mode="append",
        db_schema_name=own,
    )
    ((wanted,),) = rows.count("*").fetchall()
    ((found,),) = catalog.rows(f"select count(*) from {name}")
    if found != wanted:
        raise PostgresProblem(
            f"Table {table} did not arrive whole in PostgreSQL.",
            wanted=f"{wanted} rows",
            found=f"{found} rows",
            next_step="build again; readers have the release before",
        )


def _has_gap(rows: duckdb.DuckDBPyRelation, key: list[str]) -> bool:
    is_missing = " or ".join(f"{identifier(column)} is null" for column in key)
    return bool(rows.filter(is_missing).limit(1).fetchall())


def drop_old(catalog: Catalog, *, kept: int) -> str | None:
    """Drop releases but the newest and the one that is shown.

    Returns
    -------
    str or None
        What PostgreSQL says, where something of somebody's hangs on one: it stays.
    """
    schemas = catalog.releases()
    shown = set(catalog.own_views().values())
    catalog.connection.commit()
    blocked = None
    for schema in sorted({*schemas} - {*schemas[len(schemas) - kept :]} - shown):
        tables = catalog.relations(schema)
        names = ", ".join(f"{schema}.{identifier(table)}" for table in tables)
        dropped = [f"drop table {names} restrict"] if tables else []
        try:
            catalog.run([*dropped, f"drop schema {schema} restrict"])
            catalog.connection.commit()
        except driver.Error as error:
            catalog.connection.rollback()
            if error.sqlstate in (DEPENDED_ON, WRONG_KIND):
                blocked = catalog.server.said(error)
            # Somebody reads it still: the next build drops it.
            elif error.sqlstate not in LOCKED:
                raise
    return blocked
