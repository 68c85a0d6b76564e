"""Dates in other languages, of other programs, and turned round by a spreadsheet."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from babel.dates import get_day_names, get_month_names

from ..problem import InputProblem
from .values import date_formats, read_days

LOCALES = tuple("en de fr es it pt nl pl sv da nb fi cs ro hu tr ru uk el id".split())
MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
# 2024-01-31 10:00:00 -0400: DuckDB wants no blank before the offset.
BLANK_OFFSET = [r"[ ]+(GMT)?([+-][0-9]{2}):?([0-9]{2})$", r"\2:\3"]
# Values of a form from which it is the column's habit, and no slip of the pen.
FORM_VALUES = 3
FORM_SHARE = 0.005
TURNED_VALUES = 10


@dataclass
class DateStyle:
    """How a column's dates are read: what is replaced first, then the formats."""

    formats: list[str]
    replacements: list[list[str]] = field(default_factory=list)
    language: str | None = None

    def days(self, values: Sequence[str]) -> dict[str, str]:
        """Return the day, as 2024-01-31, of each value that is a date so written."""
        plain = {value: _replaced(value, self.replacements) for value in values}
        read = read_days(sorted(set(plain.values())), self.formats)
        return {value: read[text] for value, text in plain.items() if read.get(text)}


@functools.cache
def month_words(locale: str) -> dict[str, int]:
    """Return words for months, in lower case and without dots, to their number."""
    words: dict[str, int] = {}
    for width in ("abbreviated", "wide"):
        for context in ("format", "stand-alone"):
            names = get_month_names(width, context=context, locale=locale)
            words |= {name.lower().rstrip("."): at for at, name in names.items()}
    for word, number in list(words.items()):
        # Programs cut names to three letters, where these tell the months apart.
        if {at for other, at in words.items() if other[:3] == word[:3]} == {number}:
            words.setdefault(word[:3], number)
    return words


@functools.cache
def day_words(locale: str) -> frozenset[str]:
    """Return words for days of the week."""
    return frozenset(
        name.lower().rstrip(".")
        for width in ("abbreviated", "wide")
        for name in get_day_names(width, locale=locale).values()
    )


def date_style(
    values: Sequence[str], *, column: str, var: str = "transaction_format"
) -> DateStyle:
    """Return how dates are written; several forms in one column are all read.

    Raises
    ------
    InputProblem
        If no form reads half of the values, two read them as different days, or a
        spreadsheet has turned a part of them round.
    """
    written = sorted({value.strip() for value in values if value.strip()})
    return _style_of(tuple(written), column, var)


# One check asks several times about the same values; nobody changes an answer.
@functools.lru_cache(maxsize=32)
def _style_of(written: tuple[str, ...], column: str, var: str) -> DateStyle:
    replacements, language = _replacements(written)
    plain = [_replaced(value, replacements) for value in written]
    formats = date_formats(plain, column=column, var=var, written=written)
    style = DateStyle(formats, replacements, language)
    read = read_days(plain, formats)
    rest = [value for value in plain if value not in read]
    if len(rest) >= max(FORM_VALUES, FORM_SHARE * len(plain)) and not (
        formats[0].startswith(("epoch", "excel"))
    ):
        try:
            others = date_formats(rest, column=column, var=var)
        except InputProblem as problem:
            if "two ways" in problem.problem:
                raise
            return style
        if not others[0].startswith(("epoch", "excel")):
            _check_turned(plain, formats, others, column=column)
            style.formats = [*formats, *others]
    return style


def _replaced(value: str, replacements: Sequence[Sequence[str]]) -> str:
    for pattern, text in replacements:
        value = re.sub(pattern, text, value)
    return value


def _replacements(values: Sequence[str]) -> tuple[list[list[str]], str | None]:
    """Return patterns that make other languages' and programs' dates plain."""
    found: list[list[str]] = []
    sample = values[:: max(1, len(values) // 500)]
    words = {
        word.lower().rstrip(".")
        for value in sample
        for word in re.findall(r"[^\W\d_]{2,}\.?", value)
    } - {"am", "pm", "gmt", "utc", "de", "del", "of", "st", "nd", "rd", "th", "cet"}
    language = None
    if words:
        for locale in LOCALES:
            months, days = month_words(locale), day_words(locale)
            if all(word in months or word in days for word in words):
                language = locale
                break
    if language:
        days = sorted(words & day_words(language) - set(month_words(language)))
        if days:
            found.append([rf"^(?i:{'|'.join(days)})\.?,?[ ]+", ""])
        if language != "en":
            # All twelve: a month may be missing among the values looked at.
            for number, name in enumerate(MONTHS, start=1):
                same = [w for w, at in month_words(language).items() if at == number]
                same = sorted(map(re.escape, same), key=len, reverse=True)
                found.append([rf"(?i:{'|'.join(same)})\.?", name])
        else:
            found.append([r"([A-Za-z]{3})\.", r"\1"])
            found.append([r"\bSept\b", "Sep"])
        # 3. Januar, 1er mars, 3 de enero de 2024, 5th March
        found.append([r"^([0-9]{1,2})(\.|er|º|st|nd|rd|th)[ ]+", r"\1 "])
        found.append([r"[ ]+(de|del|of)[ ]+", " "])
        found = [
            one
            for one in found
            if one[1] in MONTHS or any(re.search(one[0], value) for value in sample)
        ]
    offset = re.compile(r":[0-9]{2}[ ]*(GMT)?[+-][0-9]{2}:?[0-9]{2}$")
    if language and any(offset.search(value) for value in sample):
        # RFC 2822: day, month in words, year, time and offset become ISO.
        for number, name in enumerate(MONTHS, start=1):
            found.append(
                [
                    rf"^([0-9]{{1,2}})[ ]{name}[ ]([0-9]{{4}})[ ]+",
                    rf"\2-{number:02}-\1 ",
                ]
            )
        found.append(BLANK_OFFSET)
    elif any(re.search(r":[0-9]{2}[ ]+(GMT)?[+-][0-9]{4}$", value) for value in sample):
        found.append(BLANK_OFFSET)
    if any(re.search(r"[ap]\.[ ]?m\.?$", value, re.I) for value in sample):
        found.append([r"(?i:([ap])\.[ ]?m\.?)$", r"\1m"])
    return found, language if language != "en" else None


def _check_turned(
    values: Sequence[str],
    first: Sequence[str],
    second: Sequence[str],
    *,
    column: str,
) -> None:
    """Raise InputProblem where one form holds days up to 12 and the other the rest."""
    read = [read_days(values, formats) for formats in (first, second)]
    read[1] = {value: day for value, day in read[1].items() if value not in read[0]}
    days = [{int(day[8:10]) for day in one.values()} for one in read]
    if min(map(len, read)) < TURNED_VALUES or not all(days):
        return
    for low, high in ((0, 1), (1, 0)):
        if max(days[low]) <= 12 < min(days[high]):
            shown = [*list(read[low])[:3], *list(read[high])[:2]]
            raise InputProblem(
                f"A spreadsheet has turned day and month round in part of {column!r}.",
                wanted="one form of date, with days from 1 to 31 in it",
                found=f"days up to the 12th are written as {list(read[low])[0]!r}, "
                f"later ones as {list(read[high])[0]!r}: "
                + ", ".join(repr(value) for value in shown),
                next_step="export the file again, and use it as it is: which days a "
                "spreadsheet turned round when saving it can no longer be told",
            )


SHAPE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|(19|20)\d{6}(\d{6})?(\.0+)?|\d{13}"
)


def looks_like_dates(values: Sequence[str]) -> bool:
    """Return whether most values have the shape of a date, before one is read."""
    months = {word for locale in LOCALES for word in month_words(locale)}
    sample = values[:200]
    fitting = 0
    for value in sample:
        words = [word.lower() for word in re.findall(r"[^\W\d_]{3,}", value)]
        fitting += bool(SHAPE.fullmatch(value)) or (
            any(word in months for word in words)
            and bool(re.search(r"\d{2}", value))
            and len(value) < 45
        )
    return fitting > 0.6 * len(sample)
