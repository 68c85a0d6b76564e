"""The evidence: tests of columns, with the rows each is about and those that agree.

Every test is one query on the sample. Nothing here knows a column's name or decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .table import Column, Table

# Rows or groups that must speak for a claim, and the share of them that must agree.
ENOUGH = 5
AGREED = 0.98
# Prices of a product that are compared, the most frequent ones first.
PRICES_EACH = 20
# Standard errors by which a vote must differ from a coin's.
SURE = 4.0


@dataclass(frozen=True)
class Fact:
    """A test of columns: rows (or orders) that it is about, and those that agree."""

    test: str
    columns: tuple[str, ...]
    rows: int
    agreeing: int

    @property
    def share(self) -> float:
        """Share that agrees; 0 where nothing speaks."""
        return self.agreeing / self.rows if self.rows else 0.0

    @property
    def holds(self) -> bool:
        """Whether enough rows speak and nearly all agree."""
        return self.rows >= ENOUGH and self.share >= AGREED

    @property
    def vote(self) -> float:
        """How far the share is from one half, in standard errors of a coin."""
        return (2 * self.share - 1) * self.rows**0.5


class Evidence:
    """Facts about a table, each found once."""

    def __init__(self, table: Table):
        self.table = table
        self._known: dict[tuple, Fact] = {}
        self.readings: dict[str, Any] = {}

    def _fact(self, test: str, columns: Sequence[Column], query: str) -> Fact:
        key = (test, *(one.name for one in columns))
        if key not in self._known:
            ((rows, agreeing),) = self.table.ask(query)
            self._known[key] = Fact(test, key[1:], int(rows or 0), int(agreeing or 0))
        return self._known[key]

    def one_per_group(self, key: Column, other: Column) -> Fact:
        """Groups of several rows: those within which `other` has one value."""
        value = other.day if other.day and other.style else other.text
        return self._fact(
            "has one value within groups of",
            (other, key),
            "select count(*) filter (where n > 1), count(*) filter (where n > 1 and "
            f"d <= 1) from (select count({value}) as n, count(distinct {value}) as d "
            f"from sampled where {key.text} is not null group by {key.text})",
        )

    def repeats(self, column: Column, order: Column | None) -> Fact:
        """Orders (or rows), and the number of different values over them."""
        of = order.text if order else "r"
        return self._fact(
            "different values over orders",
            (column, *([order] if order else [])),
            f"select count(distinct {of}), count(distinct {column.text}) from sampled "
            f"where {column.text} is not null",
        )

    def product(
        self, factor: Column, price: Column, total: Column, off: Column | None = None
    ) -> Fact:
        """Rows with a factor that is not one, in which it times price is the total.

        With a discount, `off`: only rows without one.
        """
        q, p, c = factor.number, price.number, total.number
        no_discount = f" and coalesce({off.number}, 0) = 0" if off else ""
        return self._fact(
            "times the second is the third" + (" where the last is 0" if off else ""),
            (factor, price, total, *([off] if off else [])),
            f"select count(*), count(*) filter (where abs(abs({q} * {p}) - abs({c})) "
            f"<= 0.0051 * abs({q}) + 0.006) from sampled where abs({q}) >= 2 and "
            f"{p} <> 0 and {c} is not null{no_discount}",
        )

    def discounted(
        self, factor: Column, price: Column, off: Column, total: Column, kind: str
    ) -> Fact:
        """Rows with a discount, in which the total is what is left of the product."""
        q, p, c, d = factor.number, price.number, total.number, off.number
        left = {
            "money": f"abs({q} * {p}) - abs({d})",
            "money_each": f"abs({q}) * (abs({p}) - abs({d}))",
            "share": f"abs({q} * {p}) * (1 - abs({d}))",
            "percent": f"abs({q} * {p}) * (1 - abs({d}) / 100)",
        }[kind]
        return self._fact(
            f"product less discount ({kind}) is the last",
            (factor, price, off, total),
            f"select count(*), count(*) filter (where abs({left} - abs({c})) <= "
            f"0.0051 * abs({q}) + 0.011) from sampled where {d} <> 0 and {p} <> 0 and "
            f"{c} is not null",
        )

    def price_of_one(self, product: Column, factor: Column, price: Column) -> Fact:
        """Products sold in several quantities: those whose price does not follow them.

        Compared are the typical distances between the price at one quantity and at
        another, of one product: as they are, and divided by the quantity.
        """
        q, p = factor.number, price.number
        return self._fact(
            "is a price of one, by product and quantity",
            (price, product, factor),
            f"""
            with lines as (
                select {product.text} as product, abs({q}) as q, abs({p}) as p
                from sampled where abs({q}) >= 1 and {p} <> 0
                    and {product.text} is not null
            ),
            cells as (
                select product, q, median(p) as p from lines group by product, q
            ),
            spread as (
                select
                    product,
                    stddev_pop(ln(p)) as as_it_is,
                    stddev_pop(ln(p / q)) as by_quantity
                from cells group by product having count(*) > 1
            )
            select count(*), count(*) filter (where as_it_is < by_quantity) from spread
            where abs(as_it_is - by_quantity) > 0.1
            """,
        )

    def is_put_back(
        self, product: Column, quantity: Column | None, money: str, off: Column,
        kind: str,
    ) -> Fact:  # fmt: skip
        """Rows with a discount that cost what their product costs without one, either
        as they are or once it is put back: those that do once it is put back.

        A product's prices may change over time: any that it was sold at counts.
        """
        q = f"abs({quantity.number})" if quantity else "1"
        d = f"abs(coalesce({off.number}, 0))"
        left = {"share": f"(1 - {d})", "percent": f"(1 - {d} / 100)"}.get(kind, "1")
        added = {"money": d, "money_each": f"{d} * {q}"}.get(kind, "0")
        near = "0.0051 * q + 0.011"
        return self._fact(
            f"costs what it always does once the third is put back ({kind})",
            (product, off, *([quantity] if quantity else [])),
            f"""
            with lines as (
                select
                    r, {product.text} as product, {q} as q, abs({money}) as money,
                    {d} as off, {left} as part, abs({money}) + {added} as whole
                from sampled where {q} > 0 and {money} <> 0
            ),
            prices as (
                select product, money / q as price from lines where off = 0
                group by 1, 2 qualify row_number() over (
                    partition by product order by count(*) desc, price
                ) <= {PRICES_EACH}
            ),
            seen as (
                select
                    bool_or(abs(money - q * price) <= {near}) as is_before,
                    bool_or(abs(whole - q * price * part) <= {near}) as is_after
                from lines inner join prices using (product) where off > 0 group by r
            )
            select count(*), count(*) filter (where is_after) from seen
            where is_before <> is_after
            """,
        )

    def repeats_without(
        self, order: Column | None, total: Column, part: Column
    ) -> Fact:
        """Orders whose total, with or without a part, is that of an order with
        another part: those where it is so without. What shops sell has few prices.
        """
        key = order.text if order else "r"
        shared = " union all ".join(
            f"select {at} as is_without, n from (select count(*) as n, {sql} as total "
            "from orders where total > 0 group by 2 having count(distinct part) > 1)"
            for at, sql in (("false", "total"), ("true", "round(total - part, 2)"))
        )
        return self._fact(
            "comes again without the second",
            (total, part),
            f"""
            with orders as (
                select
                    any_value(round({total.number}, 2)) as total,
                    any_value(coalesce({part.number}, 0)) as part
                from sampled where {key} is not null group by {key}
            ),
            shared as ({shared})
            select sum(n), sum(n) filter (where is_without) from shared
            """,
        )

    def of_the_order(self, order: Column, column: Column) -> Fact:
        """Orders of several lines: those that hold one amount on all or one of them."""
        c = column.number or column.text
        is_one = f"min({c}) = max({c})"
        if not column.number:
            is_one = f"count(distinct {c}) = 1"
        return self._fact(
            "is the order's, on each or one of its lines",
            (column, order),
            f"select count(*), count(*) filter (where (filled = n and one) or filled = "
            f"1) from (select count(*) as n, count({c}) as filled, {is_one} as one "
            f"from sampled where {order.text} is not null group by {order.text} having "
            f"count(*) > 1 and count({c}) > 0)",
        )

    def on_first_line_only(self, order: Column, column: Column) -> Fact:
        """Orders of several lines: those in which one line only is filled."""
        return self._fact(
            "is filled on one line of the order",
            (column, order),
            f"select count(*), count(*) filter (where filled = 1) from (select "
            f"count({column.text}) as filled from sampled where {order.text} is not "
            f"null group by {order.text} having count(*) > 1 and "
            f"count({column.text}) > 0)",
        )

    def largest_share(self, column: Column, order: Column | None) -> tuple[str, float]:
        """Return the value with most orders and its share; '' where none stands out."""
        if order is None:
            # Rows of one day may be one order: their number says nothing.
            return "", 0.0
        rows = self.table.ask(
            f"select {column.text}, count(distinct {order.text}) as n from sampled "
            f"where {column.text} is not null group by all order by n desc limit 2"
        )
        ((total,),) = self.table.ask(
            f"select count(distinct {order.text}) from sampled"
        )
        if len(rows) < 2 or total < 40:
            return "", 0.0
        (value, most), (_next, second) = rows
        stands_out = (most > 0.05 * total and most > 8 * second) or (
            most > 0.1 * total and most > 4 * second
        )
        return (value, most / total) if stands_out else ("", 0.0)
