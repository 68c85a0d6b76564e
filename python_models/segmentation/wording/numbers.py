"""How numbers are written: counts, money, shares, days.

Nothing here looks at the machine's locale: the same number gives the same text
everywhere. Where a figure appears in two places it is written by the same function,
so that two sections can never disagree by rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel import Locale
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    get_currency_symbol,
    list_currencies,
)

MISSING = "–"
NBSP = "\u00a0"
MINUS = "\u2212"

# How the var `locale` names what Babel knows under another name.
LOCALES = {
    "en": "en",
    "de": "de",
    "es": "es",
    "it": "it",
    "nl": "nl",
    "pt": "pt",
    "fr": "fr",
    "sv": "sv",
    "pl": "pl",
    "ch": "de_CH",
}


def is_missing(value: object) -> bool:
    """True for None, NaN, NaT and pandas' NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA refuses to be true or false
        return True


@dataclass(frozen=True)
class Formats:
    """Number formats of one report.

    Parameters
    ----------
    currency : str or None
        ISO code or symbol shown with money; None shows plain numbers.
    locale : str
        One of LOCALES: separators, short forms, and where currency and per cent stand,
        as the CLDR has them.

    Raises
    ------
    ValueError
        For a locale that is not in LOCALES.
    """

    currency: str | None = None
    locale: str = "en"

    def __post_init__(self):
        if self.locale not in LOCALES:
            known = ", ".join(LOCALES)
            raise ValueError(
                f"report setting 'locale' is {self.locale!r}: use one of {known}"
            )

    def fixed(self, value: object, decimals: int = 0) -> str:
        """`value` with grouped thousands and exactly `decimals` decimals."""
        if is_missing(value) or not math.isfinite(float(value)):
            return MISSING
        exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
        step = Decimal(1).scaleb(-decimals)
        rounded = exact.quantize(step, rounding=ROUND_HALF_UP)
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        text = format_decimal(abs(rounded), pattern, LOCALES[self.locale])
        return f"{MINUS}{text}" if rounded < 0 else text

    @property
    def decimal_mark(self) -> str:
        """What stands before the decimals."""
        return self.fixed(0.5, 1)[1]

    def count(self, value: object) -> str:
        """A number of things: 1,234."""
        return self.fixed(value)

    def rough(self, value: object) -> str:
        """An estimated number of things, to three figures: 31,100."""
        if is_missing(value) or abs(float(value)) < 1000:
            return self.count(value)
        step = 10 ** (len(str(round(abs(float(value))))) - 3)
        return self.count(round(float(value) / step) * step)

    def number(self, value: object) -> str:
        """A measure of no fixed unit, to about three figures: 24, 4.2, 0.31."""
        if is_missing(value):
            return MISSING
        size = abs(float(value))
        if size >= 100 or float(value).is_integer():
            return self.fixed(value)
        return self.fixed(value, 1 if size >= 10 else 2)

    def share(self, value: object) -> str:
        """A share in per cent: 55%, 3.1%, <0.1%."""
        if is_missing(value):
            return MISSING
        size = abs(float(value))
        if 0 < size < 0.0005:
            return f"<{self.per_cent(0.1, 1)}"
        # What is not all is never written as 100%.
        if 0.9995 <= size < 1:
            sign = MINUS if float(value) < 0 else ""
            return f"{sign}>{self.per_cent(99.9, 1)}"
        is_rough = size == 0 or 0.0995 <= size < 0.995 or size >= 1
        return self.per_cent(float(value) * 100, 0 if is_rough else 1)

    def per_cent(self, value: float, decimals: int = 0) -> str:
        """A number of hundredths, with the sign where the locale has it."""
        pattern = _locale(self.locale).percent_formats[None].pattern
        return pattern.replace("#,##0", self.fixed(value, decimals))

    def money(self, value: object) -> str:
        """Money as one order costs: with cents below 100, whole above."""
        if is_missing(value):
            return MISSING
        small = abs(float(value)) < 100 and float(value) != 0
        return self.with_currency(self.fixed(value, 2 if small else 0))

    def money_exact(self, value: object) -> str:
        """Money to the cent."""
        return (
            MISSING if is_missing(value) else self.with_currency(self.fixed(value, 2))
        )

    def money_short(self, value: object) -> str:
        """Money as a headline: 2.56M, 340K, 2,531; as short as the locale has it."""
        if is_missing(value):
            return MISSING
        size = abs(float(value))
        if size < 9999.5:
            return self.money(value)
        # What would round up to the next unit is written in the next unit.
        for unit in (1e6, 1e9, 1e12):
            if unit * (1 - 0.0005) <= size < unit:
                size = unit
        text = format_compact_decimal(
            Decimal(repr(size)).quantize(Decimal(1), rounding=ROUND_HALF_UP),
            locale=LOCALES[self.locale],
            fraction_digits=0 if size < 1e6 else 2,
        )
        # Where there is no short form, as for thousands in German, the digits are.
        if not any(letter.isalpha() for letter in text):
            text = self.fixed(size)
        return self.with_currency(f"{MINUS}{text}" if float(value) < 0 else text)

    def with_currency(self, text: str) -> str:
        """A written number with the currency on its side of it."""
        if not self.currency:
            return text
        code = self.currency.upper()
        symbol = (
            get_currency_symbol(code, LOCALES[self.locale])
            if code in list_currencies()
            else self.currency
        )
        pattern = _locale(self.locale).currency_formats["standard"].pattern
        sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
        if pattern.startswith("¤"):
            is_close = pattern[1] == "#" and (len(symbol) == 1 or not symbol.isalpha())
            return f"{sign}{symbol}{'' if is_close else NBSP}{digits}"
        return f"{sign}{digits}{NBSP}{symbol}"

    def unit(self, value: object, unit: str | None) -> str:
        """A feature's value in its published unit."""
        if unit == "money":
            return self.money(value)
        if unit == "share":
            return self.share(value)
        if unit in ("days", "orders", "count") and not is_missing(value):
            whole = float(value).is_integer() or abs(float(value)) >= 10
            return self.fixed(value, 0 if whole else 1)
        return self.number(value)


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(LOCALES[name])


def plain_number(value: float) -> str:
    """Write a number without exponent and without digits that say nothing.

    Examples
    --------
    >>> plain_number(1250.0), plain_number(0.35), plain_number(-2.0)
    ('1,250', '0.35', '-2')
    """
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
