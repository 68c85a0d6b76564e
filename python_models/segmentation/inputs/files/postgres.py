"""Rows of a PostgreSQL table or query, streamed into a file that a build reads."""

from __future__ import annotations

import filecmp
import functools
import hashlib
import os
import re
from pathlib import Path

import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.releases.other_places import POSTGRES
from segmentation.releases.postgres.catalog import MOMENT
from segmentation.releases.postgres.server import PostgresProblem, Server
from segmentation.releases.release_folder import SOURCES, home_folder

from ..problem import InputProblem, closest, listed
from .relation import identifier, literal

PREFIX = "postgres:"
# The first that is set holds the address.
VARIABLES = ("SEGMENTATION_SOURCE_POSTGRES", POSTGRES)
# Rows that `make check` looks at; a build reads all.
ROWS_VARIABLE = "SEGMENTATION_SOURCE_ROWS"
TABLE = re.compile(r'("[^"]+"|\w+)\.("[^"]+"|\w+)')
TABLES = f"""
select table_schema || '.' || table_name
from information_schema.tables
where
    table_schema not in ('pg_catalog', 'information_schema')
    and table_schema !~ '{MOMENT}$'
order by 1
"""
# A transaction that sees one state; the same rows come in the same order.
READING = (
    "set transaction isolation level repeatable read, read only",
    "set local synchronize_seqscans = off",
    "set local max_parallel_workers_per_gather = 0",
)
# Digits of the largest whole number that a bigint surely holds.
BIGINT_DIGITS = 18


# Several questions of one build are about the same rows.
@functools.cache
def fetched(value: str) -> str:
    """Return the path of a private Parquet file with the rows of a source.

    Parameters
    ----------
    value
        `postgres:schema.table`, or `postgres:path/to/query.sql`.

    Raises
    ------
    InputProblem
        If there is no address, no such table or file, the server does not answer, or
        fewer or more rows arrive than it counts.
    """
    variable = next((name for name in VARIABLES if os.environ.get(name)), None)
    if variable is None:
        raise InputProblem(
            f"The address of the PostgreSQL database for {value!r} is not set.",
            wanted=f"its address in the environment variable {VARIABLES[0]}",
            found="neither that nor " + VARIABLES[1],
            next_step=f"export {VARIABLES[0]}=postgresql://user:password@host:5432/shop",
        )
    name = value.removeprefix(PREFIX)
    folder = home_folder() / SOURCES
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    slug = re.sub(r"\W+", "_", name).strip("_")
    digest = hashlib.sha256(value.encode()).hexdigest()[:8]
    path = folder / f"{slug}_{digest}.parquet"
    server = Server(
        variable, purpose=f"to read {name} there", otherwise="nothing has changed"
    )
    fresh = path.with_suffix(".tmp")
    try:
        with server.connected() as connection, connection.cursor() as cursor:
            for statement in READING:
                cursor.execute(statement)
            wanted = _stream(cursor, _query(cursor, name), fresh)
        found = pq.read_metadata(fresh).num_rows
        if found != wanted:
            raise PostgresProblem(
                f"{name} did not arrive whole.",
                wanted=f"{wanted} rows, as PostgreSQL counts them",
                found=f"{found} rows",
                next_step="build again",
            )
        # Without news the file stays, and a build knows that it has not changed.
        if not (path.exists() and filecmp.cmp(fresh, path, shallow=False)):
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return str(path)


def _query(cursor: driver.Cursor, name: str) -> str:
    """Return a FROM item for a table, or for the query in a file."""
    if name.endswith(".sql"):
        try:
            text = Path(name).read_text(encoding="utf-8")
        except OSError as error:
            raise InputProblem(
                f"The query in {name!r} cannot be read.",
                wanted=f"a file at {Path(name).absolute()}",
                found=error.strerror or type(error).__name__,
                next_step="correct the path behind postgres:",
            ) from None
        return f"({text.strip().rstrip(';')}\n) as source"
    if TABLE.fullmatch(name):
        cursor.execute(f"select to_regclass({literal(name)}) is not null")
        if cursor.fetchall() == [(True,)]:
            return name
    cursor.execute(TABLES)
    tables = [table for (table,) in cursor.fetchall()]
    near = closest(name, tables)
    raise InputProblem(
        f"PostgreSQL has no table {name!r}.",
        wanted="postgres:schema.table, or postgres:path/to/query.sql",
        found=listed(tables),
        next_step=f"did you mean postgres:{near}?" if near else "correct the name",
    )


def _stream(cursor: driver.Cursor, source: str, path: Path) -> int:
    """Write the rows of a FROM item to a file; return how many the server counts."""
    limit = os.environ.get(ROWS_VARIABLE)
    limited = f" limit {int(limit)}" if limit else ""
    schema = cursor.adbc_execute_schema(f"select * from {source}")
    columns = ", ".join(map(_column, schema))
    query = f"select {columns} from {source}{limited}"
    cursor.execute(f"select count(*) from ({query}) as counted")
    ((count,),) = cursor.fetchall()
    cursor.execute(query)
    reader = cursor.fetch_record_batch()
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
    return count


def _column(field: pa.Field) -> str:
    """Return a column as the build reads it: numbers, days, moments; else text.

    PostgreSQL's numeric has no place in Arrow: amounts become doubles, as a build reads
    them, and whole numbers, which may be ids, stay whole.
    """
    name, kind = identifier(field.name), field.type
    said = {key.decode(): one.decode() for key, one in (field.metadata or {}).items()}
    own = said.get("POSTGRESQL:type")
    if own == "numeric":
        modifier = int(said.get("POSTGRESQL:typmod", -1)) - 4
        if modifier < 0 or modifier & 0xFFFF:
            return f"{name}::double precision as {name}"
        whole = "bigint" if modifier >> 16 <= BIGINT_DIGITS else "text"
        return f"{name}::{whole} as {name}"
    if own == "money":
        return f"{name}::numeric::double precision as {name}"
    is_known = (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_string(kind)
    )
    return name if is_known else f"{name}::text as {name}"
