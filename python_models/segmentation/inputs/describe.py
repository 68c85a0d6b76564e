"""From the vars to what models need: where rows are, and how their values read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from .build_questions import check_reading, reading_of
from .columns import NEVER_BY_NAME, TRANSACTION_COLUMNS, map_columns
from .files.groups import Group, file_groups, table_group
from .files.locate import is_table_name
from .files.relation import FILE_COLUMN, SURPLUS_COLUMN, identifier, literal
from .files.repeated import overlapping_files
from .problem import InputProblem
from .roles.statuses import known_meanings, seed_words
from .seen_values import see_values
from .source import Part, Source

# Rows read to see how values are written.
SAMPLE_ROWS = 20_000
# Where a customer has several ids, these words stand for none.
NOBODY = tuple("null (null) n/a na none nan guest anonymous unknown - 0 -1".split())


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
        `value`, `columns`, `format`, `currency`, `exchange_rates`, `settings`: the
        vars; `table`: names, types and a sample, where the value is a table.

    Raises
    ------
    InputProblem
        With one message, whatever is wrong.
    """
    source = Source(kind="transactions")
    settings = request.get("settings") or {}
    mapping = dict(request.get("columns") or {})
    groups = groups_of(request)
    if request.get("is_check"):
        reading = reading_of(request, groups[0], mapping)
        own = {our: None for our in groups[0].names if our not in NEVER_BY_NAME}
        mapping = {
            **{our: None for our in own if our in TRANSACTION_COLUMNS},
            **mapping,
        }
        mapping |= reading.columns
    for group in groups:
        chosen, notes = map_columns(
            mapping,
            group.names,
            where=group.where,
            is_check=bool(request.get("is_check")),
        )
        source.parts.append(part_of(group, chosen))
        source.notes += notes
        if group.kind == "text":
            source.header = {our: str(name) for our, name in chosen.items()}
        if not request.get("is_check"):
            source.notes += check_reading(request, group, chosen)
    if len({tuple(sorted(part.columns)) for part in source.parts}) > 1:
        source.notes.append("some files lack an optional column that others have")
    sample, source.types = sampled(source.parts, request.get("table"))
    see_values(source, sample, request, chosen)
    _see_orders(source, sample, settings)
    return source


def part_of(group: Group, chosen: Mapping[str, str | list[str]]) -> Part:
    """Return the part for a group: our names to SQL."""
    return Part(
        relation=group.relation,
        columns={
            our: identifier(name) if isinstance(name, str) else _first_filled(name)
            for our, name in chosen.items()
        },
        source_file=None if group.kind == "table" else FILE_COLUMN,
        surplus=identifier(SURPLUS_COLUMN) if group.kind == "text" else None,
    )


def _first_filled(names: Sequence[str]) -> str:
    """Return SQL for the first of several ids that is one."""
    nobody = ", ".join(literal(word) for word in NOBODY)
    ids = [f"trim(cast({identifier(name)} as varchar))" for name in names]
    known = [
        f"case when lower({one}) not in ('', {nobody}) then {one} end" for one in ids
    ]
    return f"coalesce({', '.join(known)})"


def sampled(
    parts: Sequence[Part], table: Mapping | None
) -> tuple[dict[str, list[str | None]], dict[str, str]]:
    """Return sampled values as text, and types, of our columns."""
    if table and table["names"] is not None:
        types = dict(zip(table["names"], table["types"], strict=True))
        own = {
            our: name[1:-1].replace('""', '"') for our, name in parts[0].columns.items()
        }
        sample = {
            our: [_as_text(row.get(name)) for row in table["sample"]]
            for our, name in own.items()
        }
        return sample, {our: types.get(name, "VARCHAR") for our, name in own.items()}
    types: dict[str, str] = {}
    found: list[dict[str, str | None]] = []
    rows_each = max(1, SAMPLE_ROWS // len(parts))
    with duckdb.cursor() as connection:
        for part in parts:
            described, rows = _rows(connection, part, rows_each)
            names = [name for name, *_rest in described]
            types = {name: type_ for name, type_, *_rest in described} | types
            found += [dict(zip(names, row, strict=True)) for row in rows]
    # A file without a column has no value of it: values of a row stay together.
    return {name: [row.get(name) for row in found] for name in types}, types


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    # JSON writes a timestamp as the text it is in SQL.
    return str(value)


def _rows(connection: duckdb.DuckDBPyConnection, part: Part, limit: int):
    columns = ", ".join(
        f"{sql} as {identifier(our)}" for our, sql in part.columns.items()
    )
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


def _see_orders(source: Source, sample: Mapping, settings: Mapping) -> None:
    """See what statuses mean, and what holds for a whole order."""
    source.order_columns = list(settings.get("order_columns") or [])
    if "status" in source.types:
        words = {value.strip().lower() for value in sample["status"] if value}
        meanings = known_meanings(
            words | seed_words(), given=settings.get("status_meanings"), present=words
        )
        source.statuses = {
            word: meaning for word, meaning in meanings.items() if meaning != "sold"
        }
        orders = sample.get("order_id")
        if orders:
            seen: dict[str, set[bool]] = {}
            for order, word in zip(orders, sample["status"], strict=True):
                if order:
                    is_sold = (word or "").strip().lower() not in source.statuses
                    seen.setdefault(order, set()).add(is_sold)
            source.undoes_lines = any(len(one) > 1 for one in seen.values())
    if settings.get("repeated_orders", "keep") != "keep" and len(source.parts) == 1:
        source.files, orders = overlapping_files(
            source.parts[0], is_asked=settings["repeated_orders"] == "latest"
        )
        if source.files:
            source.notes.append(
                f"{orders} orders are in several files: the latest state of each "
                "counts, and the older ones are left out"
            )
