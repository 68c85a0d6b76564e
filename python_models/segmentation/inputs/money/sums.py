"""Sums over orders: totals of columns, and which is made of which."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..evidence.identities import Identity, find_identity
from ..evidence.table import Column
from ..roles.keys import role
from .columns import Money

# A column that is alike on all lines of an order, and is yet of each of them.
EACH = " of each line"


def column_of(money: Money, name: str) -> Column:
    return money.table.columns[name.removesuffix(EACH)]


def identities(
    money: Money, totals: list[Column], bases: Mapping[str, str]
) -> list[Identity]:
    """Return, for each total, what it is the sum of."""
    addends = [
        one
        for one in [*money.with_role("shipping", "tax", "discount"), *money.unnamed[:3]]
        if one.name not in bases
    ]
    columns = {one.name: money.order_sql(one) for one in [*totals, *addends]}
    columns |= bases
    # What is alike on all lines of an order may still be of each line.
    each = {
        one.name + EACH: f"sum({one.number})"
        for one in addends
        if money.is_of_order(one)
    }
    values = money.of_orders(columns | each)
    for name in [*columns, *each]:
        one = money.table.columns.get(name.removesuffix(EACH))
        if one in addends and role(one) == "discount":
            values[name] = np.abs(values[name])
    found = []
    for total in totals:
        for base in bases:
            if base == total.name:
                continue
            identity = find_identity(
                values,
                total=total.name,
                base=base,
                addends=[
                    *(one.name for one in addends if one.name != total.name),
                    *each,
                ],
            )
            if identity is not None:
                found.append(identity)
    return found
