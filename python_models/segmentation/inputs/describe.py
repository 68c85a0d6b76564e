"""From the vars to what models need: where rows are, and how their values read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from .build_questions import check_reading, reading_of
from .columns import NEVER_BY_NAME, NUMBERS, TRANSACTION_COLUMNS, map_columns
from .evidence.dates import date_style
from .evidence.numbers import column_mark
from .evidence.values import check_date_format, check_signs, kept_currency
from .files.groups import Group, file_groups, table_group
from .files.locate import is_table_name
from .files.relation import FILE_COLUMN, SURPLUS_COLUMN, identifier, literal
from .files.repeated import overlapping_files
from .problem import InputProblem
from .roles.statuses import known_meanings, seed_words

# Once an order, whatever `order_columns` says.
ORDER_AMOUNTS = ("order_amount", "refunded_amount")
# What a var says goes before what is read off the source.
SAID_BY_VARS = ("time_zone", "source_time_zone", "currency")
NO_NUMBERS = ("BOOLEAN", "BLOB", "UUID", "TIME", "INTERVAL", "DATE", "ENUM")
# Rows read to see how values are written.
SAMPLE_ROWS = 20_000
# Share of customer ids that are e-mails from which all are compared as such.
MAIL_SHARE = 0.8
# Where a customer has several ids, these words stand for none.
NOBODY = tuple("null (null) n/a na none nan guest anonymous unknown - 0 -1".split())


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

    `types` are DuckDB's types of the raw columns. `date_formats`, `date_replacements`
    (what is replaced in dates before they are read) and `decimal_marks` (by our column;
    else a point) apply to those of text. `statuses` are those that are no sale, by
    word; `undoes_lines`: whether an order holds a sale and, as a row, its taking back.
    `order_columns` hold one value an order, on each or one of its lines. Of `files`, a
    later one holds newer states of the same orders.
    """

    kind: str
    parts: list[Part] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    date_formats: list[str] = field(default_factory=lambda: ["iso"])
    date_replacements: list[list[str]] = field(default_factory=list)
    decimal_marks: dict[str, str] = field(default_factory=dict)
    has_times: bool = True
    has_mails: bool = False
    currency: str | None = None
    header: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    undoes_lines: bool = False
    order_columns: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    time_zone: str = "UTC"
    source_time_zone: str = "UTC"

    def as_json(self, settings: Mapping | None = None) -> dict:
        """Return plain lists and dicts, with what the vars say of zones and money."""
        settings = settings or {}
        said = {name: settings.get(name) for name in SAID_BY_VARS}
        return {
            **asdict(self),
            **{name: value for name, value in said.items() if value is not None},
            **self._order_money(
                is_discount_off=settings.get("discount_taken_off", True)
            ),
        }

    def _order_money(self, *, is_discount_off: bool) -> dict:
        """Return what comes off money besides refunds, and what is an order's.

        Shipping and tax are mapped only where they are in the money and shall not be.
        """
        taken_off = [
            name
            for name in ("shipping", "tax", "discount")
            if name in self.types and not (name == "discount" and is_discount_off)
        ]
        of_order = [name for name in taken_off if name in self.order_columns]
        wide = [
            name
            for name in dict.fromkeys([*self.order_columns, *ORDER_AMOUNTS])
            if name in self.types
        ]
        return {
            "line_deductions": [name for name in taken_off if name not in of_order],
            "order_deductions": of_order,
            "order_wide": wide,
            "has_order_money": bool(of_order or set(wide) & set(ORDER_AMOUNTS)),
        }


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
    _see_values(source, sample, request, chosen)
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


def _see_values(
    source: Source,
    sample: Mapping[str, Sequence[str | None]],
    request: Mapping,
    names: Mapping[str, object],
) -> None:
    """See how dates and numbers are written; `names` are the user's, for messages."""
    options = request.get("format") or {}
    _check_types(source.types, names)
    header = source.header.get("ordered_at")
    dates = [value for value in sample["ordered_at"] if value and value != header]
    if options.get("date_format") is not None:
        date_format = str(options["date_format"])
        check_date_format(date_format, values=dates)
        source.date_formats = [date_format]
    elif not source.types["ordered_at"].startswith(("DATE", "TIMESTAMP")):
        style = date_style(dates, column=str(names["ordered_at"]))
        source.date_formats = style.formats
        source.date_replacements = style.replacements
        if len(style.formats) > 1 and "iso" in style.formats:
            source.notes.append(
                "dates are written in several forms: " + ", ".join(style.formats)
            )
    if "%y" in source.date_formats[0]:
        source.notes.append(
            "years of two digits: 69 to 99 are read as 1969 to 1999, 00 to 68 as 2000 "
            "to 2068"
        )
    if source.types["ordered_at"].startswith("TIMESTAMP"):
        source.has_times = not all(" 00:00:00" in value for value in dates)
    if "currency" in source.types:
        source.currency = kept_currency(
            [one for one in sample["currency"] if one != source.header.get("currency")],
            request.get("currency"),
            request.get("exchange_rates"),
        )
    ids = [value for value in sample["customer_id"] if value]
    source.has_mails = sum("@" in value for value in ids) > MAIL_SHARE * len(ids)
    if options.get("decimal_mark") is not None:
        mark = _checked_mark(str(options["decimal_mark"]))
        source.decimal_marks = dict.fromkeys(NUMBERS, mark)
        return
    _see_marks(source, sample)


def _see_marks(source: Source, sample: Mapping[str, Sequence[str | None]]) -> None:
    """Decide the decimal mark of each column; one without a sign of it goes along."""
    written = {
        our: sorted(
            {
                value.strip()
                for value in sample[our]
                if value and value != source.header.get(our)
            }
        )
        for our in NUMBERS
        if source.types.get(our) == "VARCHAR"
    }
    money = [
        value
        for our, values in written.items()
        if our != "quantity"
        for value in values
    ]
    if "currency" not in source.types:
        check_signs(money)
    marks = {our: column_mark(values) for our, values in written.items()}
    together = column_mark(money)
    for our, alone in marks.items():
        mark = alone.beside(list(marks.values()))
        has_marks = any("," in value or "." in value for value in written[our])
        is_own = mark.is_proven and has_marks
        source.decimal_marks[our] = (mark if is_own else together).mark
        if mark.thousands:
            source.notes.append(
                f"{our}: {mark.thousands!r} is read as a number with a mark for "
                "thousands: "
                + (
                    f"{mark.mark!r} is the decimal mark of other columns"
                    if mark.is_by_others
                    else "smaller values have none"
                )
            )
        elif not is_own and has_marks and not together.is_proven:
            source.notes.append(
                "amounts such as '1,234' are read as thousands; if the comma is a "
                "decimal mark, set transaction_format: {decimal_mark: ','}"
            )
            break


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


def _check_types(types: Mapping[str, str], names: Mapping[str, object]) -> None:
    """Raise InputProblem where a typed column can be neither a number nor a text."""
    for our, type_ in types.items():
        is_nested = type_.startswith(("STRUCT", "MAP", "UNION")) or type_.endswith("]")
        is_number = our in NUMBERS
        if is_nested or (is_number and type_.startswith(NO_NUMBERS)):
            raise InputProblem(
                f"The column {names[our]!r} for {our} is of type {type_}.",
                wanted="a number, such as 19.90" if is_number else "one value a row",
                found=type_,
                next_step=f"set transaction_columns: {{{our}: ANOTHER COLUMN}}"
                + (", or unnest it where the file is written" if is_nested else ""),
            )


def _checked_mark(mark: str) -> str:
    if mark in (".", ","):
        return mark
    raise InputProblem(
        f"The decimal mark {mark!r} cannot be used.",
        wanted="'.' or ','",
        found=repr(mark),
        next_step="set transaction_format: {decimal_mark: ','}, or leave it out: then "
        "it is seen from the file",
    )
