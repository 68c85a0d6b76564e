"""What the project says of the published tables: grain, columns, key."""

from __future__ import annotations

import json

_kept: dict[str, dict] = {}


def keep_notes(question: str) -> str:
    """Keep the notes of this build.

    Parameters
    ----------
    question
        JSON by table: `description`, `columns` (text by name) and `key` (a list).

    Returns
    -------
    str
        JSON: nothing in it.
    """
    _kept.clear()
    _kept.update(json.loads(question))
    return "{}"


def table_notes() -> dict[str, dict]:
    """Return the notes of this build; none outside of one."""
    return dict(_kept)
