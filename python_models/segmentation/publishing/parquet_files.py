"""The published tables as Parquet too, for tools that read no DuckDB file."""

from __future__ import annotations

from pathlib import Path

from segmentation.releases.release_tables import opened

PARQUET = "parquet"


def write_parquet(*, database: Path, folder: Path) -> None:
    """Write each table of a published database to `folder`/parquet/<table>.parquet.

    Types and the order of rows are the table's: money stays a decimal.

    Raises
    ------
    RuntimeError
        If a file does not hold the rows of its table.
    """
    target = folder / PARQUET
    target.mkdir()
    with opened(database) as connection:
        # On one thread the same rows are the same bytes.
        connection.execute("set threads = 1")
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'release' order by table_name"
        ).fetchall()
        for (table,) in tables:
            path = str(target / f"{table}.parquet").replace("'", "''")
            connection.execute(
                f"copy release.main.\"{table}\" to '{path}'"
                " (format parquet, compression zstd)"
            )
            ((rows, written),) = connection.execute(
                f'select (select count(*) from release.main."{table}"),'
                f" (select count(*) from '{path}')"
            ).fetchall()
            if rows != written:
                raise RuntimeError(
                    f"{table}.parquet reads back with {written} rows, not {rows}; the "
                    "release before it stays"
                )
