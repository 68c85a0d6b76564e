"""A DuckDB file written anew without a person: deleted rows leave their bytes."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from pathlib import Path

import duckdb

from segmentation.releases.release_tables import STORAGE_VERSION

# What staging trims off (macros/reading/values.sql, clean_text).
BLANKS = " \t\n\r\u00a0\u200b\u200c\u200d\u202f\u2060\u3000\ufeff"


def clean_id(text: str) -> str:
    """Return an id as staging reads it (macros/reading/values.sql, clean_id).

    Examples
    --------
    >>> clean_id(" 17850.0 ")
    '17850'
    """
    text = unicodedata.normalize("NFC", text.strip(BLANKS))
    return re.sub(r"^([0-9]+)\.0$", r"\1", text)


def spellings(customer: str) -> list[str]:
    """Return an id as it is, and as SQL, CSV, JSON, HTML and Python write it."""
    forms = [customer, unicodedata.normalize("NFD", customer)]
    for text in tuple(forms):
        forms += [
            text.replace("'", "''"),
            text.replace('"', '""'),
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
            html.escape(text),
            repr(text)[1:-1],
        ]
    return sorted(set(forms), key=len, reverse=True)


def rewrite_database(*, source: Path, target: Path, customer: str) -> int:
    """Copy every table to a new file without the rows of one customer.

    Views are left out: dbt makes them anew. In a table without a column for
    customers, the id is replaced wherever a text holds it as a word; but no number is:
    texts there are the model's, and 12 in a rule or a list of weights is nobody.

    Returns
    -------
    int
        Number of rows left out.
    """
    removed = 0
    has_letter = any(letter.isalpha() for letter in customer)
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
            selected, condition = _without(columns, is_word=has_letter)
            parameters = {
                "customer": customer,
                "blanks": BLANKS,
                "word": _word(customer),
            }
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


def _without(columns: list[tuple[str, str]], *, is_word: bool) -> tuple[str, str]:
    """Return the select list and the condition that leave a customer out."""
    people = [
        f'cast("{name}" as varchar)'
        for name, _ in columns
        if name.endswith("customer_id")
    ]
    if people:
        # As staging reads them: raw columns keep blanks, a decimal, two code points.
        tests = [
            f"regexp_replace(nfc_normalize(trim({name}, $blanks)),"
            " '^([0-9]+)\\.0$', '\\1') is distinct from $customer"
            for name in people
        ]
        return "*", " and ".join(tests)
    texts = [
        _without_word(f'"{name}"') if is_word and kind == "VARCHAR" else f'"{name}"'
        for name, kind in columns
    ]
    return ", ".join(texts), "true"


def _without_word(text: str) -> str:
    # Twice: of two that share a neighbour, the first pass finds one.
    for _ in range(2):
        text = f"regexp_replace({text}, $word, '\\1erased\\2', 'g')"
    return text


def _word(customer: str) -> str:
    # No look-around in RE2: the neighbours are kept as groups.
    names = "|".join(map(re.escape, spellings(customer)))
    return f"(^|[^A-Za-z0-9])(?:{names})($|[^A-Za-z0-9])"
