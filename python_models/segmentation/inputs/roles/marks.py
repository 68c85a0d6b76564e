"""Marks in numbers: thousands are said, and what could be either is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..columns import NUMBERS
from ..evidence.facts import Evidence
from ..evidence.table import Column
from .reading import Option, Reading


def ask_marks(evidence: Evidence, reading: Reading, settings: Mapping) -> None:
    """Say thousands; ask where a mark could be either, with both totals."""
    if settings.get("decimal_mark"):
        return
    written = [one for one in _numbers(evidence, reading) if one.mark is not None]
    in_doubt = [one for one in written if one.mark.doubt]
    if in_doubt:
        _ask_mark(evidence, reading, in_doubt[0])
        return
    for one in written:
        mark = one.mark
        if not mark.thousands:
            continue
        why = "smaller values have none"
        if mark.is_by_others:
            # Also where the build does not see those others.
            why = f"{mark.mark!r} is the decimal mark of other columns"
            reading.set("transaction_format", {"decimal_mark": mark.mark}, why)
        plain = re.sub("[.,]", "", mark.thousands)
        reading.notes.append(
            f"{one.name}: {mark.thousands!r} is read as {plain}, thousands: {why}"
        )


def _ask_mark(evidence: Evidence, reading: Reading, one: Column) -> None:
    assert one.mark is not None
    mark, value = one.mark.mark, str(one.mark.doubt)
    other = "," if mark == "." else "."
    reading.ask(
        "decimal_mark",
        f"is {value!r} in {one.name!r} more than a thousand? Every value has three "
        "digits behind its mark",
        Option(
            f"yes, it is {value.replace(other, '')}",
            {"transaction_format": {"decimal_mark": mark}},
            f"sum({one.number})",
        ),
        Option(
            f"no, {other!r} is its decimal mark",
            {"transaction_format": {"decimal_mark": other}},
            f"sum({one.number}) / 1000",
        ),
    )


def _numbers(evidence: Evidence, reading: Reading) -> list[Column]:
    """Return the columns of numbers that are mapped, then those an answer would map."""
    mappings = [reading.columns]
    for question in reading.questions:
        mappings += [
            dict(option.sets.get("transaction_columns") or {})  # type: ignore[call-overload]
            for option in question.options
        ]
    names = [mapping.get(our) for mapping in mappings for our in NUMBERS]
    found = (evidence.table.columns.get(str(name)) for name in dict.fromkeys(names))
    return [one for one in found if one is not None]
