"""The columns that may hold money, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..evidence.facts import ENOUGH, Evidence
from ..evidence.table import Column
from ..roles.hints import hint
from ..roles.keys import Keys, role
from ..roles.reading import Reading

TOTALS = ("amount", "order_total", "subtotal", "line_total")
ADDENDS = ("shipping", "tax", "discount", "discount_rate", "refunded")
MONEY = (*TOTALS, "unit_price", "price", *ADDENDS)
# Of what a discount is a part: of one, or of a hundred.
PARTS = {"share": 1, "percent": 100}


@dataclass
class Line:
    """A reading of money by line: what it maps, and SQL for it."""

    columns: dict[str, str]
    sql: str
    words: str


class Money:
    """Decides over the columns of money; fills a reading."""

    def __init__(self, evidence: Evidence, keys: Keys, reading: Reading):
        self.evidence, self.keys, self.reading = evidence, keys, reading
        self.table = evidence.table
        self._once: dict[str, float] = {}
        taken = (keys.order, keys.customer, keys.day, keys.product)
        numbers = [
            one
            for one in self.table.columns.values()
            if one.number and one not in taken and one.filled
        ]
        self.named = [one for one in numbers if role(one) in MONEY]
        self.unnamed = [one for one in numbers if role(one) is None]
        # Who is asked who the customer is may answer that it is another column.
        is_asked = any(one.code == "customer_id" for one in reading.questions)
        self.asked_customer = keys.customer if is_asked else None
        self.quantity = self._quantity(numbers)
        self.has_lines = bool(
            keys.order
            and keys.day
            and evidence.one_per_group(keys.order, keys.day).rows >= ENOUGH
        )

    def _quantity(self, numbers: list[Column]) -> Column | None:
        some = [one for one in numbers if role(one) == "quantity"]
        return max(some, key=lambda one: hint(one.name)[1]) if some else None

    def with_role(self, *roles: str) -> list[Column]:
        """Return the columns whose names hint at a role, the clearest first."""
        some = [one for one in self.named if role(one) in roles]
        return sorted(
            some, key=lambda one: (roles.index(role(one) or ""), -hint(one.name)[1])
        )

    def is_of_order(self, one: Column) -> bool:
        """Whether a column holds one amount an order, on each or one of its lines."""
        if not self.has_lines or self.keys.order is None:
            return False
        fact = self.evidence.of_the_order(self.keys.order, one)
        return fact.rows >= ENOUGH and fact.share >= 0.98

    def total(self, sql: str) -> float:
        """Return a sum over the sample."""
        return self.table.value(f"sum({sql})")

    def whole_total(self, one: Column) -> str:
        """Return SQL for a column's money in one order, for `Table.add_up`."""
        if self.is_of_order(one):
            assert self.keys.order is not None
            return self.known(f"any_value({one.number})")
        return f"sum({one.number})"

    def known(self, sql: str) -> str:
        """Return an aggregate that counts only in rows with an order number."""
        assert self.keys.order is not None
        return f"coalesce({sql} filter ({self.keys.order.text} is not null), 0)"

    def taken_off(
        self, one: Column, *, of_order: bool, line: str = "", kind: str = "money"
    ) -> str:
        """Return SQL for what a column takes off one order, for `Table.add_up`.

        Parameters
        ----------
        of_order
            Whether it is money that each line of an order repeats.
        line, kind
            SQL of the money of a line; of which it is a `share` or a `percent`.
        """
        sql = f"abs({one.number})"
        if of_order:
            return self.known(f"any_value({sql})")
        if kind != "money":
            sql = f"{line} * {sql} / {PARTS[kind]}"
        return f"coalesce(sum({sql}), 0)"

    def once(self, one: Column) -> float:
        """Return a column's sum over the sample, of an order's amount once an order."""
        if one.name not in self._once:
            (found,) = self.table.add_up([self.whole_total(one)], self.keys.order)
            self._once[one.name] = found
        return self._once[one.name]

    def of_orders(self, columns: Mapping[str, str]) -> dict[str, np.ndarray]:
        """Return, by name, an array over orders: of the order's value, or the sum."""
        asked = ", ".join(f"{sql} as v{at}" for at, sql in enumerate(columns.values()))
        key = self.keys.order.text if self.has_lines and self.keys.order else "r"
        rows = self.table.connection.execute(
            f"select {asked} from sampled where {key} is not null group by {key} "
            f"order by {key} limit 5000"
        ).fetchnumpy()
        return {
            name: np.ma.filled(np.ma.asarray(rows[f"v{at}"], dtype=float), np.nan)
            for at, name in enumerate(columns)
        }

    def order_sql(self, one: Column) -> str:
        """Return the aggregate that is a column's amount in one order."""
        if self.has_lines and not self.is_of_order(one):
            return f"sum({one.number})"
        return f"any_value({one.number})"
