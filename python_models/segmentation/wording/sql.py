"""Names and values as SQL writes them."""

from __future__ import annotations


def literal(value: object) -> str:
    """Return an SQL string literal of a text or a path."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
