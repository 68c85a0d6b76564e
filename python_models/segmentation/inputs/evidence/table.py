"""A bounded sample of a source as a table of text, and what kind each column is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from ..files.relation import identifier, literal
from ..problem import InputProblem
from .dates import DateStyle, date_style, looks_like_dates
from .numbers import Mark, column_mark, number_sql

# Rows that evidence is taken from: whole orders, as they stand in the file.
SAMPLE_ROWS = 50_000
# Columns, and characters of a value, that a message shows.
MOST_SHOWN, LONGEST_SHOWN = 8, 40
# Threads that add up the rest of a source.
MOST_THREADS = 4
# Values looked at to tell how a column is written.
DISTINCT_VALUES = 5_000
NUMBER_SHARE = 0.95
# Below this many rows nothing is claimed: any two numbers may be equal.
ENOUGH_ROWS = 20
# Cells filled in a line that is blank, a title or a sum.
MOST_IN_A_SUM = 2


@dataclass
class Column:
    """One column of the source.

    `text`, `number` and `day` are SQL over the table `sampled`; the latter two are
    None for a column that holds no numbers or dates.
    """

    name: str
    text: str
    filled: int = 0
    distinct: int = 0
    number: str | None = None
    mark: Mark | None = None
    is_whole: bool = False
    has_zeros_before: bool = False
    smallest: float = 0.0
    largest: float = 0.0
    day: str | None = None
    style: DateStyle | None = None
    has_mails: bool = False
    longest: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The name, with a value where it is no long one."""
        short = [one for one in self.examples if len(one) <= LONGEST_SHOWN]
        # A lone 0 tells nobody what a column holds.
        telling = next((one for one in short if len(one) > 1), *short[:1] or [None])
        return f"{self.name} (such as {telling!r})" if short else self.name

    @property
    def has_one_length(self) -> bool:
        """Whether its numbers have about as many digits each, as ids have."""
        return self.is_whole and 0 < self.largest < 10 * self.smallest


class Table:
    """The sample, its columns, and one connection to ask about both."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        names: Sequence[str],
        rows: int,
        *,
        scope: str = "in all",
        has_more: bool = False,
    ):
        self.connection = connection
        self.rows = rows
        self.scope = scope
        self.has_more = has_more
        self.problems: dict[str, str] = {}
        self.columns = {name: Column(name, f"c{at}") for at, name in enumerate(names)}
        self._profile()

    def ask(self, query: str) -> list[tuple]:
        """Return the rows of a query on the sample."""
        return self.connection.execute(query).fetchall()

    def value(self, expression: str, where: str = "true") -> float:
        """Return one aggregate over the sample as a number; 0 where it is null."""
        ((found,),) = self.ask(f"select {expression} from sampled where {where}")
        return float(found or 0)

    def add_up(
        self, totals: Sequence[str], order: Column | None, *, is_of_all: bool = False
    ) -> list[float]:
        """Return sums over orders, in one pass.

        Parameters
        ----------
        totals
            SQL aggregates over the lines of one order.
        order
            What tells orders apart; None: each is of all rows.
        is_of_all
            Whether rows beyond the sample count too.

        Raises
        ------
        InputProblem
            If DuckDB cannot read the rest of the source.
        """
        if not totals:
            return []
        rows = "whole" if is_of_all and self.has_more else "sampled"
        inner = ", ".join(f"{sql} as t{at}" for at, sql in enumerate(totals))
        outer = ", ".join(f"sum(t{at})" for at in range(len(totals)))
        by = f" group by {order.text}" if order else ""
        try:
            self.connection.execute(f"set threads = {MOST_THREADS}")
            (found,) = self.ask(f"select {outer} from (select {inner} from {rows}{by})")
            self.connection.execute("set threads = 1")
        except duckdb.Error as error:
            raise _unreadable(error) from error
        return [float(one or 0) for one in found]

    def shown(self) -> str:
        """Return names and values of the first columns, for who must choose one."""
        filled = [one.shown for one in self.columns.values() if one.filled]
        more = f" and {len(filled) - MOST_SHOWN} more" if filled[MOST_SHOWN:] else ""
        return ", ".join(filled[:MOST_SHOWN]) + more

    def _profile(self) -> None:
        if not self.rows:
            return
        asked = ", ".join(
            f"count({one.text}), count(distinct {one.text}), "
            f"count(*) filter (where regexp_full_match({one.text}, "
            r"'[^@\s]+@[^@\s]+\.[A-Za-z]{2,}'" + f")), max(length({one.text}))"
            for one in self.columns.values()
        )
        (found,) = self.ask(f"select {asked} from sampled")
        for at, one in enumerate(self.columns.values()):
            filled, distinct, mails, longest = found[4 * at : 4 * at + 4]
            one.filled, one.distinct, one.longest = filled, distinct, longest or 0
            if not filled:
                continue
            one.has_mails = mails > 0.8 * filled
            values = [
                value
                for (value,) in self.ask(
                    f"select {one.text} from (select distinct {one.text} from sampled "
                    f"where {one.text} is not null) order by hash({one.text}) "
                    f"limit {DISTINCT_VALUES}"
                )
            ]
            one.examples = sorted(values)[:5]
            if not one.has_mails:
                self._kind(one, values)
        marks = [(one, one.mark) for one in self.columns.values() if one.mark]
        for one, mark in marks:
            beside = mark.beside([other for _one, other in marks])
            if beside is not mark:
                self._number(one, beside)

    def _kind(self, one: Column, values: list[str]) -> None:
        if looks_like_dates(values):
            try:
                style = date_style(values, column=one.name)
            except InputProblem as problem:
                self.problems[one.name] = str(problem)
                if "two ways" in problem.problem or "turned" in problem.problem:
                    one.day = "null"
                    return
            else:
                one.style = style
                one.day = day_sql(one.text, style)
                return
        self._number(one, column_mark(values))

    def _number(self, one: Column, mark: Mark) -> None:
        number = number_sql(one.text, mark.mark)
        (found,) = self.ask(
            f"select count(number), count(*) filter (where number = floor(number)), "
            "min(number), max(number), count(*) filter (where regexp_full_match("
            f"{one.text}, '0[0-9]+')) from (select {one.text}, {number} as number "
            f"from sampled where {one.text} is not null)"
        )
        numbers, whole, smallest, largest, zeros = found
        if numbers >= NUMBER_SHARE * one.filled:
            one.number, one.mark = number, mark
            one.is_whole = whole == numbers
            one.smallest, one.largest = smallest, largest
            one.has_zeros_before = zeros > 0


def day_sql(text: str, style: DateStyle) -> str:
    """Return SQL for the moment a text stands for, as written: without its offset."""
    for pattern, replacement in style.replacements:
        pattern, replacement = (
            part.replace("'", "''") for part in (pattern, replacement)
        )
        text = f"regexp_replace({text}, '{pattern}', '{replacement}', 'g')"
    readings = []
    for one in style.formats:
        if one == "iso":
            readings.append(
                f"try_cast(regexp_replace(regexp_replace({text}, "
                r"'(:[0-9]{2}(\.[0-9]+)?)[ ]*(Z|z|[+-][0-9]{2}:?[0-9]{0,2}|[A-Z]{3,4}"
                r"|[A-Z][A-Za-z]+/[A-Za-z_]+)$', '\1'), 'T', ' ') as timestamp)"
            )
        elif one == "excel_days":
            readings.append(
                "timestamp '1899-12-30' + to_days(cast(floor(try_cast("
                f"{text} as double)) as integer))"
            )
        elif one.startswith("epoch"):
            factor = {"epoch_s": 1e6, "epoch_ms": 1e3, "epoch_us": 1}[one]
            readings.append(
                f"cast(make_timestamp(cast(try_cast({text} as double) * {factor} "
                "as bigint)) as timestamp)"
            )
        else:
            value = f"regexp_replace({text}, '\\.0+$', '')"
            readings.append(f"cast(try_strptime({value}, '{one}') as timestamp)")
    return f"coalesce({', '.join(readings)})" if len(readings) > 1 else readings[0]


def open_table(
    relation: str, names: Sequence[str], *, limit: int = SAMPLE_ROWS
) -> Table:
    """Read the first rows of a FROM item into memory, every value as trimmed text.

    Raises
    ------
    InputProblem
        If DuckDB cannot read it.
    """
    connection = duckdb.connect()
    # The sample is small; on all processors its questions only wait for one another.
    connection.execute("set threads = 1")
    columns = ", ".join(
        f"{_trimmed(f'cast({identifier(name)} as varchar)')} as c{at}"
        for at, name in enumerate(names)
    )
    rows = f"select {columns} from {relation}"
    try:
        connection.execute(
            f"create table sampled as select row_number() over () as r, * from "
            f"({rows} limit {limit})"
        )
    except duckdb.Error as error:
        raise _unreadable(error) from error
    ((found,),) = connection.execute("select count(*) from sampled").fetchall()
    header = " or ".join(
        f"c{at} = {literal(name)}"
        for at, name in enumerate(names)
        if not re.fullmatch(r"column\d+", name)
    )
    if header:
        # A header that is there again is no row.
        connection.execute(f"delete from sampled where {header}")
    if len(names) > MOST_IN_A_SUM * 2:
        # Sums stand below the rows beside their name, and nothing else.
        cells = ", ".join(f"c{at}" for at in range(len(names)))
        connection.execute(
            f"delete from sampled where list_count([{cells}]) <= {MOST_IN_A_SUM}"
        )
        filled = " + ".join(
            f"cast({identifier(one)} is not null as int)" for one in names
        )
        rows += f" where {filled} > {MOST_IN_A_SUM}"
    has_more = found == limit
    if has_more:
        # A header among them adds nothing up.
        connection.execute(f"create view whole as {rows}")
    ((kept,),) = connection.execute("select count(*) from sampled").fetchall()
    scope = f"in the first {limit:,} rows" if has_more else "in all"
    return Table(connection, names, kept, scope=scope, has_more=has_more)


def _trimmed(text: str) -> str:
    # Few values have a blank at an end, and `trim` takes as long as reading the file.
    is_bare = f"{text} between '!' and '~' and right({text}, 1) between '!' and '~'"
    blanks = "' \t\n\r' || chr(160) || chr(8203) || chr(8239) || chr(65279)"
    return (
        f"case when {is_bare} then {text} else nullif(trim({text}, {blanks}), '') end"
    )


def _unreadable(error: duckdb.Error) -> InputProblem:
    return InputProblem(
        "DuckDB cannot read the input.",
        wanted="a whole file",
        found=str(error).splitlines()[0],
        next_step="repair or export the file again",
    )


def open_rows(names: Sequence[str], rows: Sequence[dict]) -> Table:
    """Make a table of rows that are here already, by column name."""
    connection = duckdb.connect()
    columns = ", ".join(f"c{at} varchar" for at in range(len(names)))
    connection.execute(f"create table sampled (r integer, {columns})")
    values = [
        [
            number,
            *(
                None if row.get(name) is None else str(row[name]).strip() or None
                for name in names
            ),
        ]
        for number, row in enumerate(rows)
    ]
    marks = ", ".join("?" for _ in range(len(names) + 1))
    connection.executemany(f"insert into sampled values ({marks})", values)
    return Table(connection, names, len(rows), scope="in the rows looked at")
