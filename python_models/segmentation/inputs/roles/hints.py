"""What a column's name hints at, in several languages: a hint, and no more."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ..problem import closest

# Share of a name's letters that a hint must cover to count.
COVERED_SHARE = 0.34


def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case and without accents.

    Examples
    --------
    >>> tokens("InvoiceNo (brutto)")
    ('invoice', 'no', 'brutto')
    """
    name = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", name)
    name = re.sub(r"(?i)\bn[°º.]\s*", "n ", name.replace("_", " "))
    name = name.replace("%", " percent ")
    bare = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    return tuple(re.findall(r"[^\W_]+", bare))


@functools.cache
def _phrases() -> dict[tuple[str, ...], str]:
    path = Path(__file__).with_name("words.csv")
    phrases: dict[tuple[str, ...], str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for phrase in row["words"].split("|"):
                phrases.setdefault(tokens(phrase), row["role"])
    return phrases


@functools.cache
def hint(name: str) -> tuple[str | None, float]:
    """Return the role that a name hints at, and how much of the name it covers.

    Examples
    --------
    >>> hint("Customer Group")[0], hint("Kundennr.")[0], hint("col7")
    ('other', 'customer', (None, 0.0))
    """
    words = tokens(name)
    size = sum(map(len, words))
    if not size:
        return None, 0.0
    squeezed = "".join(words)
    best: tuple[float, int, str | None] = (0.0, 0, None)
    for phrase, role in _phrases().items():
        length = sum(map(len, phrase))
        if "".join(phrase) == squeezed:
            return role, 1.0
        at = next(
            (
                start
                for start in range(len(words) - len(phrase) + 1)
                if words[start : start + len(phrase)] == phrase
            ),
            None,
        )
        # The last words of a name say what it is: customer group, item price.
        if at is not None and length / size > COVERED_SHARE:
            best = max(best, (length / size, at, role), key=lambda one: one[:2])
    return best[2], best[0]


# The role, among names, of each of our columns.
ROLES = {
    "customer_id": ("customer", "email"),
    "ordered_at": ("date",),
    "order_id": ("order",),
    "product_id": ("product", "product_name"),
    "amount": ("amount", "line_total", "order_total", "subtotal", "price"),
    "unit_price": ("unit_price", "price"),
}


def likely(our: str, names: Sequence[str]) -> str | None:
    """Return the column whose name hints most at one of ours, or None.

    Examples
    --------
    >>> likely("amount", ["Unit price", "Umsatz (brutto)"])
    'Umsatz (brutto)'
    """
    for wanted in ROLES.get(our, (our,)):
        some = [(hint(name)[1], name) for name in names if hint(name)[0] == wanted]
        if some:
            return max(some, key=lambda one: one[0])[1]
    # A name that says something else is no misspelling of ours.
    return closest(our, [name for name in names if hint(name)[0] is None])
