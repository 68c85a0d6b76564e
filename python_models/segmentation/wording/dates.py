"""How dates are written, whatever the machine is set to."""

from __future__ import annotations

from datetime import date, datetime

from segmentation.wording.numbers import MISSING, is_missing

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def as_date(value: object) -> date | None:
    """A date from a date, a timestamp or ISO text; None where there is none."""
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return datetime.fromisoformat(str(value)[:10]).date()


def day(value: object) -> str:
    """1 Nov 2026."""
    found = as_date(value)
    if found is None:
        return MISSING
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def short_day(value: object) -> str:
    """1 Nov."""
    found = as_date(value)
    return MISSING if found is None else f"{found.day} {MONTHS[found.month - 1]}"


def month_name(value: object, *, months_before: int = 0) -> str:
    """Nov 2026: the month of a date, or one so many before it.

    Examples
    --------
    >>> month_name("2026-01-31", months_before=1)
    'Dec 2025'
    """
    found = as_date(value)
    if found is None:
        return MISSING
    number = found.year * 12 + found.month - 1 - months_before
    return f"{MONTHS[number % 12]} {number // 12}"
