"""What there is in PostgreSQL of ours: schemas of releases, and the views on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import adbc_driver_postgresql.dbapi as driver

from segmentation.releases.postgres.server import NO_LOCK, Server
from segmentation.wording.sql import identifier, literal

# The name of a release's schema is that of the views' schema and its moment.
MOMENT = "_[0-9]{8}t[0-9]{12}z"
# Shorter than PostgreSQL's deadlock_timeout (1 s): a reader who waits for us while we
# wait for them goes on, and we try again.
LOCK_MILLISECONDS = 300
LOCKED = (NO_LOCK, "40P01")  # or a deadlock
DEPENDED_ON = "2BP01"

SCHEMAS = "select nspname from pg_namespace where nspname ~ {pattern} order by nspname"
RELATIONS = """
select relname
from pg_class
where relnamespace = to_regnamespace({schema}) and relkind in ('r', 'v', 'm', 'f', 'p')
order by relname
"""
# Views that are ours: each shows the table of its name in the schema of a release.
OWN_VIEWS = """
select distinct views.relname, sources.nspname
from pg_class as views
inner join pg_rewrite as rules on views.oid = rules.ev_class
inner join pg_depend as uses
    on rules.oid = uses.objid and uses.refclassid = 'pg_class'::regclass
inner join pg_class as tables on uses.refobjid = tables.oid
inner join pg_namespace as sources on tables.relnamespace = sources.oid
where
    views.relnamespace = to_regnamespace({schema})
    and views.relname = tables.relname
    and sources.nspname ~ {pattern}
"""
COLUMNS = """
select pg_class.relname, attname, format_type(atttypid, atttypmod)
from pg_attribute
inner join pg_class on attrelid = pg_class.oid
where
    relnamespace = to_regnamespace({schema})
    and relkind in ('r', 'v')
    and attnum > 0
    and not attisdropped
order by pg_class.relname, attnum
"""


@dataclass(frozen=True)
class Catalog:
    """A connection to a server, and the schema there that readers use."""

    server: Server
    connection: driver.Connection
    cursor: driver.Cursor
    schema: str

    def rows(self, query: str, *, schema: str | None = None) -> list[tuple]:
        """Return the rows of a query, in which {schema} and {pattern} are texts."""
        self.cursor.execute(
            query.format(
                schema=literal(schema or self.schema),
                pattern=literal(f"^{self.schema}{MOMENT}$"),
            )
        )
        return self.cursor.fetchall()

    def run(self, statements: Iterable[str]) -> None:
        """Run statements as one: the server is asked once."""
        body = " ".join(f"{one};" for one in statements)
        self.cursor.execute(f"do {literal(f'begin {body} end')}")

    def releases(self) -> list[str]:
        """Return the schemas of releases, the oldest first: each was filled whole."""
        return [name for (name,) in self.rows(SCHEMAS)]

    def relations(self, schema: str) -> list[str]:
        return [name for (name,) in self.rows(RELATIONS, schema=schema)]

    def own_views(self) -> dict[str, str]:
        """Return the schema of a release by view of ours."""
        return dict(self.rows(OWN_VIEWS))

    def columns(self, schema: str) -> dict[str, list[tuple[str, str]]]:
        """Return names and types of columns, in order, by table or view."""
        found: dict[str, list[tuple[str, str]]] = {}
        for table, name, kind in self.rows(COLUMNS, schema=schema):
            found.setdefault(table, []).append((name, kind))
        return found


def comments(kind: str, name: str, notes: dict) -> list[str]:
    """Return statements that say of a table or a view what it and its columns are."""
    return [
        f"comment on {kind} {name} is {literal(notes.get('description', ''))}",
        *(
            f"comment on column {name}.{identifier(column)} is {literal(text)}"
            for column, text in notes.get("columns", {}).items()
        ),
    ]
