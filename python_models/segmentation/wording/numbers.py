"""How numbers are written: counts, money, shares, days.

Nothing here looks at the machine's locale: the same number gives the same text
everywhere. Where a figure appears in two places it is written by the same function,
so that two sections can never disagree by rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
NBSP = "\u00a0"
MINUS = "\u2212"

# locale: thousands separator, decimal separator, currency before the number?
LOCALES = {
    "en": (",", ".", True),
    "de": (".", ",", False),
    "es": (".", ",", False),
    "it": (".", ",", False),
    "nl": (".", ",", True),
    "pt": (".", ",", False),
    "fr": ("\u202f", ",", False),
    "sv": (NBSP, ",", False),
    "pl": (NBSP, ",", False),
    "ch": ("\u2019", ".", True),
}
SYMBOLS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "BRL": "R$",
    "KRW": "₩",
    "UAH": "₴",
    "ILS": "₪",
    "VND": "₫",
    "NGN": "₦",
    "TRY": "₺",
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
        One of LOCALES: separators, and on which side the currency stands.

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
        text = f"{abs(rounded):,.{decimals}f}"
        thousands, point, _ = LOCALES[self.locale]
        text = text.translate({ord(","): thousands, ord("."): point})
        return f"{MINUS}{text}" if rounded < 0 else text

    def count(self, value: object) -> str:
        """A number of things: 1,234."""
        return self.fixed(value)

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
            return f"<{self.fixed(0.1, 1)}%"
        if size == 0 or size >= 0.0995:
            return f"{self.fixed(float(value) * 100)}%"
        return f"{self.fixed(float(value) * 100, 1)}%"

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
        """Money as a headline: 2.56M, 340k, 2,531."""
        if is_missing(value):
            return MISSING
        size = abs(float(value))
        for limit, unit, decimals in ((1e9, "bn", 2), (1e6, "M", 2), (1e4, "k", 0)):
            # What would round up to the next unit is written in the next unit.
            if size >= limit * (1 - 0.5 / 10**5):
                scaled = float(value) / (1e3 if unit == "k" else limit)
                return self.with_currency(self.fixed(scaled, decimals) + unit)
        return self.money(value)

    def with_currency(self, text: str) -> str:
        """A written number with the currency on its side of it."""
        if not self.currency:
            return text
        symbol = SYMBOLS.get(self.currency.upper(), self.currency)
        sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
        if LOCALES[self.locale][2]:
            gap = "" if len(symbol) == 1 or not symbol.isalpha() else NBSP
            return f"{sign}{symbol}{gap}{digits}"
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


def plain_number(value: float) -> str:
    """Write a number without exponent and without digits that say nothing.

    Examples
    --------
    >>> plain_number(1250.0), plain_number(0.35), plain_number(-2.0)
    ('1,250', '0.35', '-2')
    """
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
