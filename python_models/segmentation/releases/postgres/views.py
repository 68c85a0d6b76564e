"""The views that readers use, turned to another release in one transaction."""

from __future__ import annotations

import time
from collections.abc import Mapping

import adbc_driver_postgresql.dbapi as driver

from segmentation.releases.postgres.catalog import (
    DEPENDED_ON,
    LOCKED,
    Catalog,
    comments,
)
from segmentation.releases.postgres.server import PostgresProblem
from segmentation.wording.sql import identifier

ATTEMPTS, PAUSE_SECONDS = 60, 1.0


def turn_views(catalog: Catalog, *, release: str, notes: Mapping[str, dict]) -> None:
    """Turn all views to the schema of a release, as soon as readers let it.

    Parameters
    ----------
    catalog
        The server and the schema of the views.
    release
        The schema of the release.
    notes
        What is said of each table and its columns.

    Raises
    ------
    PostgresProblem
        If a name of ours is taken, or a view of somebody's is on one that has to change
        its columns.
    Error
        Of the driver, if readers hold a view for a minute, or the server fails.
    """
    for attempt in range(ATTEMPTS):
        try:
            _turn(catalog, release=release, notes=notes)
            catalog.connection.commit()
            return
        except driver.Error as error:
            catalog.connection.rollback()
            if error.sqlstate == DEPENDED_ON:
                raise PostgresProblem(
                    f"A view in {catalog.schema} cannot change its columns.",
                    wanted="no view of yours on one of ours that has other columns in "
                    "this version, or is gone",
                    found=catalog.server.said(error),
                    next_step="drop your view, build again and create it anew; it was "
                    "not dropped, and readers have the release before",
                ) from None
            if error.sqlstate not in LOCKED or attempt == ATTEMPTS - 1:
                raise
            time.sleep(PAUSE_SECONDS)


def _turn(catalog: Catalog, *, release: str, notes: Mapping[str, dict]) -> None:
    schema = catalog.schema
    catalog.cursor.execute(f"create schema if not exists {schema}")
    own = sorted(catalog.own_views())
    tables, views = catalog.columns(release), catalog.columns(schema)
    taken = set(catalog.relations(schema)) & set(tables) - set(own)
    if taken:
        raise PostgresProblem(
            f"Names of ours are taken in the schema {schema}.",
            wanted="a schema for our views alone",
            found=f"{', '.join(sorted(taken))}, made by somebody else",
            next_step="set SEGMENTATION_POSTGRES_SCHEMA to another schema, or rename "
            "yours",
        )
    if own:
        # All at once: nobody who reads one of them is half in the next release.
        names = ", ".join(f"{schema}.{identifier(view)}" for view in own)
        catalog.cursor.execute(f"lock table {names} in access exclusive mode")
    # Columns may be added at the end of a view; else it has to be made anew.
    statements = [
        f"drop view {schema}.{identifier(view)} restrict"
        for view in own
        if tables.get(view, [])[: len(views[view])] != views[view]
    ]
    for table, columns in tables.items():
        name = f"{schema}.{identifier(table)}"
        shown = ", ".join(identifier(column) for column, _ in columns)
        statements += [
            f"create or replace view {name} as "
            f"select {shown} from {release}.{identifier(table)}",
            *comments("view", name, notes.get(table, {})),
        ]
    catalog.run(statements)
