"""A DuckDB file written anew without a person: deleted rows leave their bytes."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from segmentation.release import STORAGE_VERSION


def rewrite_database(*, source: Path, target: Path, customer: str) -> int:
    """Copy every table to a new file without the rows of one customer.

    Views are left out: dbt makes them anew. In a table without a column for
    customers, the id is replaced wherever a text holds it as a word.

    Returns
    -------
    int
        Number of rows left out.
    """
    removed = 0
    with duckdb.connect() as connection:
        for path, name, option in (
            (source, "old", "read_only"),
            (target, "new", f"storage_version '{STORAGE_VERSION}'"),
        ):
            escaped = str(path).replace("'", "''")
            connection.execute(f"attach '{escaped}' as {name} ({option})")
        connection.execute("use new")
        tables = connection.execute(
            "select schema_name, table_name, sql from duckdb_tables()"
            " where database_name = 'old' order by all"
        ).fetchall()
        for schema, table, ddl in tables:
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(ddl)
            name = f'"{schema}"."{table}"'
            columns = connection.execute(
                "select column_name, data_type from duckdb_columns()"
                " where database_name = 'old' and schema_name = ? and table_name = ?"
                " order by column_index",
                [schema, table],
            ).fetchall()
            selected, condition = _without(columns)
            parameters = {"customer": customer, "word": _word(customer)}
            used = {
                key: value
                for key, value in parameters.items()
                if f"${key}" in selected + condition
            }
            connection.execute(
                f"insert into new.{name} select {selected} from old.{name}"
                f" where {condition}",
                used,
            )
            ((before, after),) = connection.execute(
                f"select (select count(*) from old.{name}),"
                f" (select count(*) from new.{name})"
            ).fetchall()
            removed += before - after
        connection.execute("checkpoint new")
        connection.execute("use memory")
        connection.execute("detach new")
    return removed


def _without(columns: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the select list and the condition that leave a customer out."""
    people = [
        f'"{name}"'
        for name, kind in columns
        if kind == "VARCHAR" and name.endswith("customer_id")
    ]
    if people:
        # As staging reads them: raw columns keep blanks and a decimal.
        tests = [
            f"regexp_replace(trim({name}), '^([0-9]+)\\.0$', '\\1')"
            " is distinct from $customer"
            for name in people
        ]
        return "*", " and ".join(tests)
    texts = [
        f"regexp_replace(\"{name}\", $word, '\\1erased\\2', 'g')"
        if kind == "VARCHAR"
        else f'"{name}"'
        for name, kind in columns
    ]
    return ", ".join(texts), "true"


def _word(customer: str) -> str:
    # No look-around in RE2: the neighbours are kept as groups.
    return f"(^|[^A-Za-z0-9]){re.escape(customer)}($|[^A-Za-z0-9])"
