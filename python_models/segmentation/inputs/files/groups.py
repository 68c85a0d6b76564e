"""Files that are written alike, as one FROM item each."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..problem import InputProblem, closest, listed
from .locate import file_format, locate
from .options import check_format_keys
from .relation import FILE_COLUMN, csv_relation, json_relation, parquet_relation
from .text import JSON_DELIMITER, TextFormat, sniff_text

# Rows read to see which keys JSON lines have.
SAMPLE_ROWS = 20_000
# The var that says how files are written, where it is not named for the input.
FORMAT_VARS = {"contacts": "campaign_contact_format"}


@dataclass(frozen=True)
class Group:
    """A FROM item, its columns in order, and what to call it in a message."""

    relation: str
    names: list[str]
    where: str
    written: str
    kind: str


def file_groups(value: object, options: Mapping[str, object], *, var: str):
    """Return the groups of the files a var names, in the order of the files.

    Raises
    ------
    InputProblem
        If a file is missing, empty or damaged, or `options` cannot be used.
    """
    check_format_keys(options, var=FORMAT_VARS.get(var, f"{var.rstrip('s')}_format"))
    paths = locate(value, var=var)
    kind = file_format(paths[0])
    readers = {"csv": _csv_groups, "json": _json_groups, "parquet": _parquet_groups}
    return list(readers[str(kind)](paths, options, var))


def table_group(name: str, table: Mapping, *, var: str) -> Group:
    """Return the group of a table, as a macro described it.

    Raises
    ------
    InputProblem
        If there is no such table, or it is empty.
    """
    if table["names"] is None:
        relations = table["relations"]
        files = sorted(one.name for one in Path().iterdir() if file_format(one.name))
        near = closest(name, [*relations, *files])
        raise InputProblem(
            f"There is neither a file nor a table {name!r}.",
            wanted="schema.table or database.schema.table of an attached database",
            found=listed([*relations, *files]),
            next_step=f"did you mean {near!r}? Set {var} to it"
            if near
            else f"set {var} to a table or file that exists; databases are attached "
            "in profiles.yml",
        )
    if not table["sample"]:
        raise InputProblem(
            f"The table {name!r} holds no rows.",
            wanted="at least one row",
            found="0 rows",
            next_step=f"fill it, or set {var} to another one",
        )
    return Group(name, list(table["names"]), name, "table", "table")


def _csv_groups(
    paths: Sequence[str], options: Mapping[str, object], var: str
) -> Iterator[Group]:
    """Yield one relation for each way in which the files are written."""
    groups: dict[TextFormat, list[str]] = {}
    for path in paths:
        groups.setdefault(_written(path, options, var), []).append(path)
    for written, members in groups.items():
        shown = {"\t": "tab"}.get(written.delimiter, written.delimiter)
        yield Group(
            csv_relation(members, written),
            list(written.names),
            _where(members),
            f"{written.encoding} text, delimiter {shown}",
            "text",
        )


def _written(path: str, options: Mapping[str, object], var: str) -> TextFormat:
    changed_at_ns = Path(path).stat().st_mtime_ns
    return _sniffed(path, changed_at_ns, json.dumps(options), var)


# One build asks several questions about the same files.
@functools.lru_cache(maxsize=10_000)
def _sniffed(path: str, _changed_at_ns: int, options: str, var: str) -> TextFormat:
    return sniff_text(path, json.loads(options), var=var)


def _json_groups(
    paths: Sequence[str], options: Mapping[str, object], var: str
) -> Iterator[Group]:
    names: Counter[str] = Counter()
    with duckdb.cursor() as connection:
        for path in paths:
            lines = {"delimiter": JSON_DELIMITER, "quote": "", "header": False}
            _written(path, lines, var)
            rows = connection.execute(
                "select unnest(json_keys(json)), count(*) from (select json from "
                "read_ndjson_objects(?, ignore_errors = true) limit ?) group by 1",
                [path, SAMPLE_ROWS],
            ).fetchall()
            names.update(dict(rows))
    found = sorted(names, key=lambda name: (-names[name], name))
    if not found:
        raise InputProblem(
            f"{paths[0]!r} holds no JSON lines.",
            wanted='one object a line, such as {"customer_id": "7", "amount": 9.5}',
            found="no line that is an object",
            next_step=f"export the file again, or set {var} to another one",
        )
    yield Group(json_relation(paths, found), found, _where(paths), "JSON lines", "json")


def _parquet_groups(
    paths: Sequence[str], options: Mapping[str, object], var: str
) -> Iterator[Group]:
    relation = parquet_relation(paths)
    with duckdb.cursor() as connection:
        for path in paths:
            try:
                rows = connection.execute(
                    "select num_rows from parquet_file_metadata(?)", [path]
                ).fetchall()
            except duckdb.Error as error:
                raise InputProblem(
                    f"{path!r} is not a whole Parquet file.",
                    wanted="a file that begins and ends with PAR1",
                    found=str(error).splitlines()[0],
                    next_step="copy or export the file again",
                ) from error
            if not rows or not rows[0][0]:
                raise InputProblem(
                    f"{path!r} holds no rows.",
                    wanted="at least one row",
                    found="0 rows",
                    next_step=f"export the file again, or set {var} to another one",
                )
        found = [
            row[0]
            for row in connection.execute(f"describe from {relation}").fetchall()
            if row[0] != FILE_COLUMN
        ]
    yield Group(relation, found, _where(paths), "Parquet", "typed")


def _where(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return repr(paths[0]) + more
