"""How the dates and numbers of a mapped source are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .columns import NUMBERS
from .evidence.dates import date_style
from .evidence.numbers import column_mark
from .evidence.values import check_date_format, check_signs, kept_currency
from .problem import InputProblem
from .source import Source

NO_NUMBERS = ("BOOLEAN", "BLOB", "UUID", "TIME", "INTERVAL", "DATE", "ENUM")
# Share of customer ids that are e-mails from which all are compared as such.
MAIL_SHARE = 0.8


def see_values(
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
            "two-digit years: 69 to 99 are read as 1969 to 1999, 00 to 68 as 2000 "
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
        next_step="set transaction_format: {decimal_mark: ','}, or leave it out, and "
        "it is detected",
    )
