"""The columns that say when, in which order, by whom and what: found elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from ..evidence.table import Column
from .hints import hint

# Orders below which customers may all be new by chance.
FEW_ORDERS = 20
PEOPLE = ("customer", "email", "customer_name")
PRESENT_SHARE = 0.5


@dataclass
class Keys:
    """The columns that say when, in which order and by whom; None: not found."""

    day: Column | None = None
    order: Column | None = None
    customer: Column | None = None
    product: Column | None = None


def role(column: Column) -> str | None:
    """Return what a column's name hints at."""
    return hint(column.name)[0]


def by_hint(columns, roles) -> Column | None:
    for wanted in roles:
        some = [one for one in columns if role(one) == wanted and one.filled]
        if some:
            return max(some, key=lambda one: hint(one.name)[1])
    return None
