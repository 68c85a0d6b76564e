"""How dates and numbers are written, seen from a sample of values."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb

from ..files.relation import literal
from ..problem import InputProblem

# Day, month and year as people write them; each may be followed by a time of day.
DATE_PARTS = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%m.%d.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%y-%m-%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
)
TIME_PARTS = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    " %I:%M %p",
    " %I:%M:%S %p",
    "T%H:%M:%S",
)
# Numbers that stand for a moment, by their count of digits.
NUMBER_FORMATS = {
    # A column of doubles writes 20240131 as 20240131.0.
    "epoch_s": r"\d{10}(\.\d+)?",
    "epoch_ms": r"\d{13}(\.\d+)?",
    "epoch_us": r"\d{16}(\.\d+)?",
    "%Y%m%d": r"(19|20)\d{6}(\.0+)?",
    "%Y%m%d%H%M%S": r"(19|20)\d{12}(\.0+)?",
    "excel_days": r"[2-7]\d{4}(\.\d+)?",
}
NAMED_FORMATS = ("iso", "epoch_s", "epoch_ms", "epoch_us", "excel_days")
ISO = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}([T ].*)?")
# Share of the sample a format must read to be taken for the column's.
READABLE_SHARE = 0.5
SAMPLED_VALUES = 2000


def date_formats(
    values: Sequence[str],
    *,
    column: str,
    var: str = "transaction_format",
    written: Sequence[str] = (),
) -> list[str]:
    """Return the formats dates are written in: 'iso', an epoch, or strptime's.

    Raises
    ------
    InputProblem
        If no format reads half of the values, or two read them as different days.
    """
    distinct = sorted({value.strip() for value in values if value.strip()})
    if not distinct:
        return ["iso"]
    if _share(ISO, distinct) >= READABLE_SHARE:
        return ["iso"]
    for name, pattern in NUMBER_FORMATS.items():
        if _share(re.compile(pattern), distinct) >= READABLE_SHARE:
            return [name]
    step = max(1, len(distinct) // SAMPLED_VALUES)
    read = _read_dates(distinct[::step])
    best = max((len(days) for days in read.values()), default=0)
    if best < READABLE_SHARE * len(distinct[::step]):
        raise InputProblem(
            f"The dates in {column!r} are in no format this project knows.",
            wanted="dates such as 2024-01-31, 31/01/2024 or 2024-01-31T10:00:00Z",
            found=", ".join(repr(value) for value in (written or distinct)[:3]),
            next_step=f"set {var}: {{date_format: '%d.%m.%Y'}} in the order of yours "
            "(letters of strptime, or epoch_s, epoch_ms, excel_days)"
            + ("; months in words must be English" if _has_words(distinct) else "")
            + (
                f"; or map ordered_at to another column than {column!r}"
                if var == "transaction_format"
                else ""
            ),
        )
    leaders = [name for name, days in read.items() if len(days) == best]
    first = leaders[0]
    for other in leaders[1:]:
        differing = [v for v, day in read[first].items() if read[other].get(v) != day]
        if differing:
            raise InputProblem(
                f"The dates in {column!r} can be read in two ways.",
                wanted="a day after the 12th, which tells day from month",
                found=f"as {first} or as {other}: "
                + ", ".join(
                    f"{v!r} is {read[first][v]} or {read[other].get(v)}"
                    for v in differing[:3]
                ),
                next_step=f"set {var}: {{date_format: '{first}'}} or '{other}'",
            )
    return _with_times(first, distinct[::step])


def _has_words(values: Sequence[str]) -> bool:
    return any(re.search(r"[^\W\d_]{3}", value) for value in values)


def read_days(values: Sequence[str], formats: Sequence[str]) -> dict[str, str]:
    """Return the day, as 2024-01-31, of each value that one of the formats reads."""
    strptime = [one for one in formats if one not in NAMED_FORMATS]
    readings = []
    if "iso" in formats:
        readings.append(
            f"case when regexp_full_match(value, {literal(ISO.pattern)}) then "
            "coalesce(try_cast(value as timestamp), try_cast(value as timestamptz)) end"
        )
    if strptime:
        listed = ", ".join(literal(one) for one in strptime)
        readings.append(f"cast(try_strptime(value, [{listed}]) as timestamp)")
    if not readings:
        return dict.fromkeys(values, "")
    return dict(
        _asked(
            f"select value, cast(cast(coalesce({', '.join(readings)}) as date) as "
            "varchar) as day from (select unnest(?) as value) where day is not null",
            values,
        )
    )


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> float:
    return sum(bool(pattern.fullmatch(value)) for value in values) / len(values)


def _read_dates(values: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return, for each format, the day it reads in each value it can read."""
    readings = ", ".join(
        f"cast(try_strptime(value, {_formats(one)}) as date)" for one in DATE_PARTS
    )
    rows = _asked(
        f"select value, [{readings}] from (select unnest(?) as value)", values
    )
    read: dict[str, dict[str, str]] = {}
    for value, days in rows:
        for name, day in zip(DATE_PARTS, days, strict=True):
            if day is not None and 1900 <= day.year < 2200:
                read.setdefault(name, {})[value] = str(day)
    # In the order of the formats: of equals the first one counts.
    return {name: read[name] for name in DATE_PARTS if name in read}


def _formats(date_part: str) -> str:
    return "[" + ", ".join(literal(date_part + time) for time in TIME_PARTS) + "]"


def _with_times(date_part: str, values: Sequence[str]) -> list[str]:
    counts = ", ".join(
        f"count(try_strptime(value, {literal(date_part + time)}))"
        for time in TIME_PARTS
    )
    (seen,) = _asked(f"select {counts} from (select unnest(?) as value)", values)
    return [date_part + time for time, count in zip(TIME_PARTS, seen, strict=True)
            if count]  # fmt: skip


def _asked(query: str, values: Sequence[str]) -> list[tuple]:
    """Return the rows of a query on values."""
    with duckdb.cursor() as connection:
        return connection.execute(query, [list(values)]).fetchall()


def check_date_format(
    date_format: str, *, values: Sequence[str] = (), var: str = "transaction_format"
) -> None:
    """Raise InputProblem if a date format set by hand cannot be used.

    Parameters
    ----------
    date_format
        strptime's letters, or one of `NAMED_FORMATS`.
    values
        A sample of written dates: the format must read one of them at least.
    var
        Name of the var, for messages.
    """
    if date_format in NAMED_FORMATS:
        shape = ISO if date_format == "iso" else re.compile(r"-?\d+(\.\d+)?")
        if values and not any(shape.fullmatch(value.strip()) for value in values):
            raise _reads_no_date(date_format, values, var=var)
        return
    try:
        if "%" not in date_format:
            raise duckdb.InvalidInputException("it has no % letter")
        ((read,),) = _asked(
            "select count(try_strptime(regexp_replace(trim(value), '\\.0+$', ''), "
            f"{literal(date_format)})) from (select unnest(?) as value)",
            values,
        )
    except duckdb.Error as error:
        raise InputProblem(
            f"The date format {date_format!r} cannot be used.",
            wanted=f"strptime letters such as %d.%m.%Y, or {', '.join(NAMED_FORMATS)}",
            found=str(error).splitlines()[0],
            next_step=f"set {var}: {{date_format: '%d.%m.%Y'}} in the order of your "
            "dates, or leave it out, and it is detected",
        ) from error
    if len(values) > 0 and read == 0:
        raise _reads_no_date(date_format, values, var=var)


def _reads_no_date(
    date_format: str, values: Sequence[str], *, var: str
) -> InputProblem:
    return InputProblem(
        f"The date format {date_format!r} reads no date of the file.",
        wanted=f"dates written as {date_format}",
        found=", ".join(repr(value) for value in sorted(set(values))[:3]),
        next_step=f"set {var}: {{date_format: '%d.%m.%Y'}} in the order of your dates, "
        "or leave it out, and it is detected",
    )


def check_signs(values: Sequence[str]) -> None:
    """Raise InputProblem if amounts carry signs of several currencies."""
    signs = {
        letter
        for value in values
        for letter in value
        if unicodedata.category(letter) == "Sc"
    }
    if len(signs) > 1:
        raise InputProblem(
            "The amounts carry signs of several currencies, which cannot be added up.",
            wanted="amounts in one currency, or a column that says which",
            found=", ".join(repr(sign) for sign in sorted(signs)),
            next_step="set transaction_columns: {currency: YOUR COLUMN} if one says "
            "which, and currency: EUR for the one that counts",
        )


def kept_currency(
    values: Sequence[str | None],
    wanted: str | None,
    rates: Mapping[str, float] | None = None,
) -> str | None:
    """Return the one currency of all money: the var, or the only one in the sample.

    Raises
    ------
    InputProblem
        If there are several and the var currency does not say which one counts.
    """
    counts = Counter(value.strip().upper() for value in values if value)
    if wanted is not None:
        if counts and not rates and wanted.upper() not in counts:
            raise InputProblem(
                f"No row is in {wanted!r}, the currency that was set.",
                wanted=f"rows in {wanted!r}",
                found=", ".join(repr(code) for code in sorted(counts)),
                next_step=f"set currency: {counts.most_common(1)[0][0]}",
            )
        return wanted.upper()
    if len(counts) > 1:
        commonest, other, *_rest = sorted(counts, key=lambda one: (-counts[one], one))
        raise InputProblem(
            "The transactions are in several currencies, which cannot be added up.",
            wanted="one currency",
            found=", ".join(f"{code} ({counts[code]})" for code in sorted(counts)),
            next_step=f"set currency: {commonest} (rows in others are left out), and "
            f"exchange_rates: {{{other}: 0.92}} to convert them",
        )
    return next(iter(counts), None)
