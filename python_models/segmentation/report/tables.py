"""Reading the published tables: rows as plain dicts, nothing missing but None."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from segmentation.wording.numbers import is_missing


def plain(value: object) -> object:
    """A Python value for a cell: None for NaN, NaT and NA, no numpy types."""
    if is_missing(value):
        return None
    return value.item() if hasattr(value, "item") else value


def all_or_none(values: Iterable[object]) -> object:
    """The sum of money to the cent, or None where one value is missing: withheld."""
    values = [plain(value) for value in values]
    return None if None in values else round(sum(values), 2)


def rows(frame: pd.DataFrame) -> list[dict]:
    """The rows of a frame as dicts."""
    names = list(frame.columns)
    return [
        {name: plain(value) for name, value in zip(names, values, strict=True)}
        for values in frame.itertuples(index=False, name=None)
    ]


class Published:
    """The published tables, any of which may be missing or empty."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    def frame(self, name: str, *columns: str) -> pd.DataFrame | None:
        """The table, or None where it is missing, empty or lacks a column."""
        found = self._tables.get(name)
        if found is None or found.empty:
            return None
        if not set(columns) <= set(found.columns):
            return None
        return found

    def rows(self, name: str, *columns: str) -> list[dict]:
        """The table's rows; an empty list where `frame` would give None."""
        found = self.frame(name, *columns)
        return [] if found is None else rows(found)

    def need(self, name: str, *columns: str) -> pd.DataFrame:
        """A table the report cannot do without.

        Raises
        ------
        ValueError
            Naming the table and the columns that are missing.
        """
        found = self._tables.get(name)
        if found is None:
            raise ValueError(f"the report needs the table {name!r}: it is missing")
        missing = sorted(set(columns) - set(found.columns))
        if missing:
            raise ValueError(
                f"the report needs {', '.join(missing)} in the table {name!r}; "
                f"it has {', '.join(map(str, found.columns))}"
            )
        return found
