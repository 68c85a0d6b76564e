"""From the vars to what models need: where rows are, and how their values read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import duckdb

from .columns import TRANSACTION_COLUMNS, map_columns
from .locate import file_format, locate
from .problem import InputProblem
from .relation import (
    SURPLUS_COLUMN,
    csv_relation,
    identifier,
    json_relation,
    parquet_relation,
)
from .text import TextFormat, check_format_keys, sniff_text
from .values import check_date_format, date_formats, decimal_mark, kept_currency

# Rows read to see how values are written.
SAMPLE_ROWS = 20_000


@dataclass
class Part:
    """Files that are written alike: a FROM item and SQL for each of our columns."""

    relation: str
    columns: dict[str, str]
    source_file: str
    surplus: str


@dataclass
class Source:
    """Everything the staging models need to know about an input.

    `types` are DuckDB's types of the raw columns; `date_formats` and
    `decimal_mark` apply to those of text.
    """

    kind: str
    parts: list[Part]
    types: dict[str, str]
    date_formats: list[str]
    decimal_mark: str
    has_times: bool = True
    currency: str | None = None
    notes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    sampled_rows: int = 0

    def as_json(self) -> dict:
        """Return plain lists and dicts."""
        return asdict(self)


def describe_files(
    value: object,
    mapping: Mapping[str, object],
    options: Mapping[str, object],
    *,
    ours: Sequence[str] = TRANSACTION_COLUMNS,
    var: str = "transactions",
    currency: str | None = None,
) -> Source:
    """Return what the files a var names hold.

    Parameters
    ----------
    value
        The var: path, glob or list.
    mapping
        The var transaction_columns or customer_columns.
    options
        The var transaction_format or customer_format.

    Raises
    ------
    InputProblem
        With one message, whatever is wrong.
    """
    format_var = f"{var.rstrip('s')}_format"
    column_var = f"{var.rstrip('s')}_columns"
    check_format_keys(options, var=format_var)
    paths = locate(value, var=var)
    kind = file_format(paths[0])
    readers = {"csv": _csv_groups, "json": _json_groups, "parquet": _parquet_groups}
    parts: list[Part] = []
    notes: list[str] = []
    names: list[str] = []
    formats: list[str] = []
    for relation, found, where, written in readers[str(kind)](paths, options, var):
        chosen, more = map_columns(
            mapping, found, where=where, ours=ours, var=column_var
        )
        columns = {our: identifier(name) for our, name in chosen.items()}
        has_surplus = kind == "csv"
        parts.append(
            Part(
                relation=relation,
                columns=columns,
                source_file="source_file",
                surplus=identifier(SURPLUS_COLUMN) if has_surplus else "null",
            )
        )
        notes += more
        names += [name for name in found if name not in names]
        formats.append(f"{where}: {written}")
    source = Source(
        kind="typed" if kind == "parquet" else "text",
        parts=parts,
        types={},
        date_formats=["iso"],
        decimal_mark=".",
        notes=notes,
        names=names,
        formats=formats,
    )
    return read_values(source, options, format_var=format_var, currency=currency)


def read_values(
    source: Source,
    options: Mapping[str, object],
    *,
    format_var: str,
    currency: str | None = None,
) -> Source:
    """Fill in types and how values are written from a sample of the rows."""
    with duckdb.connect() as connection:
        sample, types = _sample(connection, source)
    source.types = types
    source.sampled_rows = len(next(iter(sample.values()), []))
    return with_formats(
        source, sample, options, format_var=format_var, currency=currency
    )


def with_formats(
    source: Source,
    sample: Mapping[str, Sequence[str | None]],
    options: Mapping[str, object],
    *,
    format_var: str = "transaction_format",
    currency: str | None = None,
) -> Source:
    """Fill in how values are written, seen from sampled values as text."""
    types = source.types
    if options.get("date_format") is not None:
        check_date_format(str(options["date_format"]), var=format_var)
        source.date_formats = [str(options["date_format"])]
    elif "ordered_at" in types and not types["ordered_at"].startswith(
        ("DATE", "TIMESTAMP")
    ):
        dates = [value for value in sample["ordered_at"] if value]
        source.date_formats = date_formats(dates, column="ordered_at", var=format_var)
    if options.get("decimal_mark") is not None:
        mark = str(options["decimal_mark"])
        if mark not in (".", ","):
            raise InputProblem(
                f"The decimal mark {mark!r} cannot be used.",
                wanted="'.' or ','",
                found=repr(mark),
                next_step=f"correct {format_var}: {{decimal_mark: ...}}",
            )
        source.decimal_mark = mark
    else:
        money = [
            value
            for our in ("amount", "unit_price", "discount")
            if types.get(our) == "VARCHAR"
            for value in sample[our]
            if value
        ]
        source.decimal_mark, is_proven = decimal_mark(money)
        if not is_proven:
            source.notes.append(
                "amounts such as '1,234' are read as thousands; if the comma is a "
                f"decimal mark, set {format_var}: {{decimal_mark: ','}}"
            )
    if "currency" in types:
        source.currency = kept_currency(sample["currency"], currency)
    if types.get("ordered_at", "").startswith("TIMESTAMP"):
        times = [value for value in sample["ordered_at"] if value]
        source.has_times = not all(" 00:00:00" in value for value in times)
    return source


def part_sql(part: Part) -> str:
    """Return a query of one part under our names, for sampling."""
    columns = ", ".join(
        f"{expression} as {our}" for our, expression in part.columns.items()
    )
    return f"select {columns} from {part.relation}"


def _sample(
    connection: duckdb.DuckDBPyConnection, source: Source
) -> tuple[dict[str, list[str | None]], dict[str, str]]:
    sample: dict[str, list[str | None]] = {}
    types: dict[str, str] = {}
    rows_each = max(1, SAMPLE_ROWS // len(source.parts))
    for part in source.parts:
        try:
            described = connection.execute(f"describe {part_sql(part)}").fetchall()
            columns = [row[0] for row in described]
            texts = ", ".join(f"cast({name} as varchar)" for name in columns)
            rows = connection.execute(
                f"select {texts} from ({part_sql(part)}) limit {rows_each}"
            ).fetchall()
        except duckdb.Error as error:
            raise InputProblem(
                "DuckDB cannot read the input.",
                wanted=part.relation.split("(")[0] + " to read it",
                found=str(error).splitlines()[0],
                next_step="repair or export the file again",
            ) from error
        for position, (name, type_, *_rest) in enumerate(described):
            types.setdefault(name, type_)
            sample.setdefault(name, []).extend(row[position] for row in rows)
    return sample, types


def _csv_groups(paths, options, var):
    """Yield one relation for each way in which the files are written."""
    groups: dict[TextFormat, list[str]] = {}
    for path in paths:
        groups.setdefault(sniff_text(path, options, var=var), []).append(path)
    for written, members in groups.items():
        shown = {"\t": "tab"}.get(written.delimiter, written.delimiter)
        yield (
            csv_relation(members, written),
            list(written.names),
            _where(members),
            f"{written.encoding} text, delimiter {shown}",
        )


def _json_groups(paths, options, var):
    names: Counter[str] = Counter()
    with duckdb.connect() as connection:
        for path in paths:
            sniff_text(path, {"delimiter": "\x1f", "quote": "", "header": False},
                       var=var)  # fmt: skip
            rows = connection.execute(
                "select unnest(json_keys(json)), count(*) from (select json from "
                "read_ndjson_objects(?, ignore_errors = true) limit ?) group by 1",
                [path, SAMPLE_ROWS],
            ).fetchall()
            names.update(dict(rows))
    found = sorted(names, key=lambda name: (-names[name], name))
    yield json_relation(paths, found), found, _where(paths), "JSON lines"


def _parquet_groups(paths, options, var):
    relation = parquet_relation(paths)
    with duckdb.connect() as connection:
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
            if row[0] != "source_file"
        ]
    yield relation, found, _where(paths), "Parquet"


def _where(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return repr(paths[0]) + more
