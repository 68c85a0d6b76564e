"""From the vars to what models need: where rows are, and how their values read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from .columns import guessed_mapping, map_columns
from .groups import Group, file_groups, table_group
from .locate import is_table_name
from .problem import InputProblem
from .relation import FILE_COLUMN, SURPLUS_COLUMN, identifier
from .values import (
    check_date_format,
    check_signs,
    date_formats,
    decimal_mark,
    kept_currency,
)

NUMBERS = ("amount", "quantity", "unit_price", "discount")
NO_NUMBERS = ("BOOLEAN", "BLOB", "UUID", "TIME", "INTERVAL", "DATE", "ENUM")
# Rows read to see how values are written.
SAMPLE_ROWS = 20_000


@dataclass
class Part:
    """A FROM item and SQL for each of our columns."""

    relation: str
    columns: dict[str, str]
    source_file: str | None
    surplus: str | None


@dataclass
class Source:
    """Everything the staging models need to know about an input.

    `types` are DuckDB's types of the raw columns; `date_formats` and
    `decimal_mark` apply to those of text.
    """

    kind: str
    parts: list[Part] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    date_formats: list[str] = field(default_factory=lambda: ["iso"])
    decimal_mark: str = "."
    has_times: bool = True
    currency: str | None = None
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict:
        """Return plain lists and dicts."""
        return asdict(self)


def is_table(value: object) -> bool:
    """Return whether a var names a table rather than files."""
    return isinstance(value, str) and is_table_name(value) and not Path(value).exists()


def groups_of(request: Mapping) -> list[Group]:
    """Return the groups of files, or the table, that a request is about."""
    value, var = request["value"], request["var"]
    if is_table(value):
        return [table_group(value, request["table"], var=var)]
    return file_groups(value, request.get("format") or {}, var=var)


def describe_transactions(request: Mapping) -> Source:
    """Return where transactions are and how their values are written.

    Parameters
    ----------
    request
        `value`, `columns`, `format`, `currency`, `exchange_rates`: the vars; `table`:
        names, types and a sample, where the value is a table.

    Raises
    ------
    InputProblem
        With one message, whatever is wrong.
    """
    source = Source(kind="transactions")
    mapping = request.get("columns") or {}
    for group in groups_of(request):
        if request.get("is_check"):
            mapping = guessed_mapping(mapping, group.names)
        chosen, notes = map_columns(mapping, group.names, where=group.where)
        source.parts.append(part_of(group, chosen))
        source.notes += notes
    if len({tuple(sorted(part.columns)) for part in source.parts}) > 1:
        source.notes.append("some files lack an optional column that others have")
    sample, source.types = sampled(source.parts, request.get("table"))
    _see_values(source, sample, request)
    return source


def part_of(group: Group, chosen: Mapping[str, str]) -> Part:
    """Return the part for a group: our names to SQL."""
    return Part(
        relation=group.relation,
        columns={our: identifier(name) for our, name in chosen.items()},
        source_file=None if group.kind == "table" else FILE_COLUMN,
        surplus=identifier(SURPLUS_COLUMN) if group.kind == "text" else None,
    )


def sampled(
    parts: Sequence[Part], table: Mapping | None
) -> tuple[dict[str, list[str | None]], dict[str, str]]:
    """Return sampled values as text, and types, of our columns."""
    if table and table["names"] is not None:
        types = dict(zip(table["names"], table["types"], strict=True))
        own = {our: name[1:-1].replace('""', '"') for our, name in
               parts[0].columns.items()}  # fmt: skip
        sample = {
            our: [_as_text(row.get(name)) for row in table["sample"]]
            for our, name in own.items()
        }
        return sample, {our: types[name] for our, name in own.items()}
    sample, types = {}, {}
    rows_each = max(1, SAMPLE_ROWS // len(parts))
    with duckdb.connect() as connection:
        for part in parts:
            described, rows = _rows(connection, part, rows_each)
            for position, (name, type_, *_rest) in enumerate(described):
                types.setdefault(name, type_)
                sample.setdefault(name, []).extend(row[position] for row in rows)
    return sample, types


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    # JSON writes a timestamp as the text it is in SQL.
    return str(value)


def _rows(connection: duckdb.DuckDBPyConnection, part: Part, limit: int):
    columns = ", ".join(f"{sql} as {identifier(our)}" for our, sql in
                        part.columns.items())  # fmt: skip
    query = f"select {columns} from {part.relation}"
    try:
        described = connection.execute(f"describe {query}").fetchall()
        texts = ", ".join(f"cast({identifier(row[0])} as varchar)" for row in described)
        rows = connection.execute(
            f"select {texts} from ({query}) limit {limit}"
        ).fetchall()
    except duckdb.Error as error:
        raise InputProblem(
            "DuckDB cannot read the input.",
            wanted="a whole file",
            found=str(error).splitlines()[0],
            next_step="repair or export the file again",
        ) from error
    return described, rows


def _see_values(
    source: Source, sample: Mapping[str, Sequence[str | None]], request: Mapping
) -> None:
    options = request.get("format") or {}
    _check_types(source.types)
    dates = [value for value in sample["ordered_at"] if value]
    if options.get("date_format") is not None:
        date_format = str(options["date_format"])
        check_date_format(date_format, values=dates)
        source.date_formats = [date_format]
    elif not source.types["ordered_at"].startswith(("DATE", "TIMESTAMP")):
        source.date_formats = date_formats(dates, column="ordered_at")
    if "%y" in source.date_formats[0]:
        source.notes.append(
            "years of two digits: 69 to 99 are read as 1969 to 1999, 00 to 68 as 2000 "
            "to 2068"
        )
    if source.types["ordered_at"].startswith("TIMESTAMP"):
        source.has_times = not all(" 00:00:00" in value for value in dates)
    if "currency" in source.types:
        source.currency = kept_currency(
            sample["currency"], request.get("currency"), request.get("exchange_rates")
        )
    if options.get("decimal_mark") is not None:
        source.decimal_mark = _checked_mark(str(options["decimal_mark"]))
        return
    money = [
        value
        for our in ("amount", "unit_price", "discount")
        if source.types.get(our) == "VARCHAR"
        for value in sample[our]
        if value
    ]
    if "currency" not in source.types:
        check_signs(money)
    source.decimal_mark, is_proven = decimal_mark(money)
    if not is_proven:
        source.notes.append(
            "amounts such as '1,234' are read as thousands; if the comma is a decimal "
            "mark, set transaction_format: {decimal_mark: ','}"
        )


def _check_types(types: Mapping[str, str]) -> None:
    """Raise InputProblem where a typed column can be neither a number nor a text."""
    for our, type_ in types.items():
        is_nested = type_.startswith(("STRUCT", "MAP", "UNION")) or type_.endswith("]")
        is_number = our in NUMBERS
        if is_nested or (is_number and type_.startswith(NO_NUMBERS)):
            raise InputProblem(
                f"The column for {our} is of type {type_}.",
                wanted="a number" if is_number else "one value a row",
                found=type_,
                next_step=f"map {our} to another column in transaction_columns, or "
                "unnest it where the file is written",
            )


def _checked_mark(mark: str) -> str:
    if mark in (".", ","):
        return mark
    raise InputProblem(
        f"The decimal mark {mark!r} cannot be used.",
        wanted="'.' or ','",
        found=repr(mark),
        next_step="correct transaction_format: {decimal_mark: ...}",
    )
