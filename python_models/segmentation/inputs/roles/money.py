"""What was paid for goods: which columns say so, decided by what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..evidence.facts import ENOUGH, Evidence
from ..evidence.identities import Identity, find_identity
from ..evidence.table import Column
from .discounts import decide_discount
from .hints import hint, tokens
from .keys import Keys, role
from .reading import Option, Reading

TOTALS = ("amount", "order_total", "subtotal", "line_total")
ADDENDS = ("shipping", "tax", "discount", "discount_rate", "refunded")
MONEY = (*TOTALS, "unit_price", "price", *ADDENDS)
# Share of products from which a price is of one, or of all.
MOST, FEW = 0.9, 0.1
# Totals that differ by less are one reading.
SAME_SHARE = 1e-4
EACH = " of each line"
# Different values up to which a column may be the prices of parcels.
FEW_VALUES = 12


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
        taken = (keys.order, keys.customer, keys.day, keys.product)
        numbers = [
            one
            for one in self.table.columns.values()
            if one.number and one not in taken and one.filled
        ]
        self.named = [one for one in numbers if role(one) in MONEY]
        self.unnamed = [one for one in numbers if role(one) is None]
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
        return sorted(some, key=lambda one: (roles.index(role(one) or ""),
                                             -hint(one.name)[1]))  # fmt: skip

    def is_of_order(self, one: Column) -> bool:
        """Whether a column holds one amount an order, on each or one of its lines."""
        if not self.has_lines or self.keys.order is None:
            return False
        fact = self.evidence.of_the_order(self.keys.order, one)
        return fact.rows >= ENOUGH and fact.share >= 0.98

    def total(self, sql: str) -> float:
        """Return a sum over the sample."""
        return self.table.value(f"sum({sql})")

    def of_orders(self, columns: Mapping[str, str]) -> dict[str, np.ndarray]:
        """Return, by name, an array over orders: of the order's value, or the sum."""
        asked = ", ".join(
            f"{sql} as v{at}" for at, sql in enumerate(columns.values())
        )
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


def decide_money(money: Money) -> None:
    """Find the reading of money, or ask with the total of each that is left."""
    reading = money.reading
    if not money.with_role(*TOTALS, "unit_price", "price"):
        _ask_without_names(money)
        return
    lines = line_readings(money)
    wholes = [
        one
        for one in money.with_role("subtotal", "order_total", "amount", "line_total",
                                   "price")
        if money.is_of_order(one) and one.largest > 0
    ]  # fmt: skip
    # What is the order's on every line is no line's amount.
    lines = [one for one in lines if not _is_whole(one, wholes)]
    if wholes and not (lines and _explained(money, lines, wholes)):
        _take_whole(money, wholes, lines)
    elif lines and not wholes:
        if not money.has_lines:
            _take_row(money, lines)
        else:
            _take_line(money, lines)
    elif not lines and not wholes:
        reading.ask("amount", "no column holds money that could be read")
    refunds = [one for one in money.with_role("refunded") if one.largest > 0]
    if refunds:
        one = refunds[0]
        reading.take(
            "refunded_amount",
            one.name,
            f"{money.total('abs(' + str(one.number) + ')'):,.2f} in all, taken off once "
            "an order",
        )


def _is_whole(line: Line, wholes: list[Column]) -> bool:
    return any(
        line.columns.get("amount") == one.name or
        line.columns.get("unit_price") == one.name
        for one in wholes
    )  # fmt: skip


def line_readings(money: Money) -> list[Line]:
    """Return the readings by line: an amount, or quantity times price."""
    found: list[Line] = []
    quantity = money.quantity
    is_counted = quantity is not None and quantity.largest > 1
    proven = _proven(money)
    if proven:
        price, total = proven
        assert quantity is not None
        fact = money.evidence.product(quantity, price, total)
        less = "" if fact.holds else " where there is no discount"
        return [
            Line(
                {"amount": total.name, "quantity": quantity.name,
                 "unit_price": price.name},
                str(total.number),
                f"{total.name} = {quantity.name} x {price.name} in {fact.agreeing:,} "
                f"of {fact.rows:,} rows{less}",
            )
        ]  # fmt: skip
    for one in money.with_role("line_total", "amount", "subtotal", "order_total"):
        if money.is_of_order(one):
            continue
        kind = _kind_of_price(money, one) if is_counted else None
        if kind == "one":
            _ask_price(money, one, f"{one.name!r} does not grow with the quantity, as "
                       "the price of one would not", first="one")  # fmt: skip
            return []
        found.append(_amount_line(money, one))
    prices = money.with_role("unit_price", "price")
    if found and prices and is_counted and not money.has_lines and len(found) == 1:
        return found
    if not found:
        for one in prices:
            if money.is_of_order(one):
                continue
            if not is_counted:
                is_priced = quantity is not None and role(one) == "unit_price"
                found.append((_priced_line if is_priced else _amount_line)(money, one))
                continue
            kind = _kind_of_price(money, one)
            is_said = role(one) == "unit_price"
            if kind == "all" and is_said:
                _ask_price(money, one, f"{one.name!r} grows with the quantity, as the "
                           "price of one would not", first="all")  # fmt: skip
                return []
            if kind == "all":
                found.append(_amount_line(money, one))
            elif kind == "one" or is_said:
                found.append(_priced_line(money, one))
            else:
                _ask_price(money, one, f"whether {one.name!r} is of one piece or of all "
                           "on the line cannot be told", first="one")  # fmt: skip
                return []
            break
    elif prices and is_counted and money.has_lines:
        # Prices of lines beside a total that may be the order's.
        found += [_priced_line(money, one) for one in prices[:1]
                  if _kind_of_price(money, one) != "all"]  # fmt: skip
    return found


def _amount_line(money: Money, one: Column) -> Line:
    columns = {"amount": one.name}
    words = "by its name"
    if money.quantity is not None:
        columns["quantity"] = money.quantity.name
        fact = _price_fact(money, one)
        if fact is not None and fact.rows >= ENOUGH:
            words = (
                f"grows with {money.quantity.name!r} for {fact.rows - fact.agreeing:,} "
                f"of {fact.rows:,} products: it is of all pieces"
            )
    return Line(columns, str(one.number), words)


def _priced_line(money: Money, one: Column) -> Line:
    quantity = money.quantity
    assert quantity is not None
    fact = _price_fact(money, one)
    words = f"{quantity.name} x {one.name}"
    if fact is not None and fact.rows >= ENOUGH:
        words += (
            f": the price stays the same whatever the quantity for {fact.agreeing:,} of "
            f"{fact.rows:,} products"
        )
    return Line(
        {"quantity": quantity.name, "unit_price": one.name},
        f"{quantity.number} * {one.number}",
        words,
    )


def _proven(money: Money) -> tuple[Column, Column] | None:
    """Return price and total where quantity times price is the total."""
    quantity = money.quantity
    if quantity is None or quantity.largest <= 1:
        return None
    prices = money.with_role("unit_price", "price", "amount")
    totals = money.with_role("line_total", "amount", "subtotal", "order_total", "price")
    for price in prices:
        for total in totals:
            if total is price:
                continue
            if money.evidence.product(quantity, price, total).holds:
                return price, total
            for off in money.with_role("discount", "discount_rate"):
                if off.smallest == off.largest == 0:
                    continue
                plain = money.evidence.product_without(quantity, price, total, off)
                if plain.holds and any(
                    money.evidence.discounted(quantity, price, off, total, kind).holds
                    for kind in ("money", "share", "percent", "money_each")
                ):
                    return price, total
    return None


def _price_fact(money: Money, one: Column):
    keys, quantity = money.keys, money.quantity
    if quantity is None:
        return None
    names = [keys.product] if keys.product else []
    names += [
        other
        for other in money.table.columns.values()
        if role(other) in ("product", "product_name") and other not in names
        and other.filled and not other.day
    ]  # fmt: skip
    facts = [money.evidence.price_of_one(name, quantity, one) for name in names]
    return max(facts, key=lambda fact: fact.rows) if facts else None


def _kind_of_price(money: Money, one: Column) -> str | None:
    """Return 'one' or 'all', or None where products do not tell."""
    fact = _price_fact(money, one)
    if fact is None or fact.rows < ENOUGH:
        return None
    if fact.share >= MOST:
        return "one"
    return "all" if fact.share <= FEW else None


def _ask_price(money: Money, one: Column, words: str, *, first: str) -> None:
    quantity = money.quantity
    assert quantity is not None
    options = {
        "one": Option(
            f"{quantity.name} x {one.name}",
            {"transaction_columns": {"amount": None, "quantity": quantity.name,
                                     "unit_price": one.name}},
            money.total(f"{quantity.number} * {one.number}"),
        ),
        "all": Option(
            f"{one.name} as it is",
            {"transaction_columns": {"amount": one.name, "quantity": quantity.name,
                                     "unit_price": None}},
            money.total(str(one.number)),
        ),
    }  # fmt: skip
    chosen = options.pop(first)
    money.reading.ask("amount", words, chosen, *options.values())


def _take(money: Money, line: Line) -> None:
    for our, name in line.columns.items():
        money.reading.take(our, name, "" if our != "amount" else line.words)
    if "amount" not in line.columns:
        money.reading.evidence["unit_price"] = line.words
    decide_discount(money, line)


def _take_line(money: Money, lines: list[Line]) -> None:
    """Take one of several readings by line, or ask."""
    distinct = _distinct(money, lines)
    if len(distinct) == 1:
        _take(money, distinct[0])
        return
    best = _preferred(distinct)
    money.reading.ask(
        "amount",
        "several columns could be what was paid for the line",
        *(
            Option(
                " x ".join(one.columns.get(our, "") for our in ("quantity", "unit_price"))
                if "amount" not in one.columns
                else one.columns["amount"],
                _sets(one),
                money.total(one.sql),
            )
            for one in [best, *(one for one in distinct if one is not best)]
        ),
    )  # fmt: skip


def _preferred(lines: list[Line]) -> Line:
    net = [one for one in lines
           if {"net", "netto"} & set(tokens(one.columns.get("amount", "")))]  # fmt: skip
    return (net or lines)[0]


def _distinct(money: Money, lines: list[Line]) -> list[Line]:
    found: list[Line] = []
    totals: list[float] = []
    for one in lines:
        total = money.total(one.sql)
        if not any(abs(total - other) <= SAME_SHARE * abs(other) for other in totals):
            found.append(one)
            totals.append(total)
    return found


def _identities(
    money: Money, totals: list[Column], bases: Mapping[str, str]
) -> list[Identity]:
    """Return, for each total, what it is the sum of."""
    addends = [
        one
        for one in [*money.with_role("shipping", "tax", "discount"),
                    *money.unnamed[:3]]
        if one.name not in bases
    ]  # fmt: skip
    columns = {one.name: money.order_sql(one) for one in [*totals, *addends]}
    columns |= bases
    # What is alike on all lines of an order may still be of each line.
    each = {
        one.name + EACH: f"sum({one.number})" for one in addends if money.is_of_order(one)
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
                values, total=total.name, base=base,
                addends=[*(one.name for one in addends if one.name != total.name),
                         *each],
            )  # fmt: skip
            if identity is not None:
                found.append(identity)
    return found


def _explained(money: Money, lines: list[Line], wholes: list[Column]) -> bool:
    """Take the lines where an order's total is their sum, with what else is in it."""
    bases = {line.words: f"sum({line.sql})" for line in lines}
    for identity in sorted(
        _identities(money, wholes, bases), key=lambda one: len(one.addends)
    ):
        line = next(one for one in lines if one.words == identity.base)
        off = [
            name
            for name, sign in identity.addends
            if role(_column(money, name)) not in ("shipping", "tax") or sign < 0
        ]
        shown = Identity(identity.total, "lines", identity.addends, 0, 0).words()
        why = (
            f"{line.words}; {shown} in {identity.agreeing:,} of {identity.rows:,} orders"
        )
        if not off:
            _take(money, Line(line.columns, line.sql, why))
            return True
        if all(role(_column(money, name)) == "discount" for name in off):
            _take_part(money, identity, why, line)
            return True
    return False


def _column(money: Money, name: str) -> Column:
    return money.table.columns[name.removesuffix(EACH)]


def _take_part(money: Money, identity: Identity, why: str, line: Line | None) -> None:
    """Take an order's total less what is in it beside goods."""
    reading = money.reading
    our = "order_amount" if money.has_lines else "amount"
    reading.take(our, identity.total, why)
    if line is not None:
        # How the order's total is shared out over its lines.
        for name in ("quantity", "unit_price"):
            if name in line.columns:
                reading.take(name, line.columns[name], "")
    for name, sign in identity.addends:
        one, is_each = _column(money, name), name.endswith(EACH)
        name = one.name
        if sign > 0 and role(one) in ("shipping", "tax"):
            reading.take(str(role(one)), name, f"in {identity.total}, and not goods")
            if money.is_of_order(one) and not is_each:
                reading.settings.setdefault("order_columns", []).append(role(one))
        elif sign < 0 and role(one) == "discount" and "discount" not in reading.columns:
            reading.take("discount", name, f"taken off in {identity.total}")
            if money.is_of_order(one) and not is_each:
                reading.settings.setdefault("order_columns", []).append("discount")


def _take_whole(money: Money, wholes: list[Column], lines: list[Line]) -> None:
    """Take the order's total, once an order."""
    reading = money.reading
    if lines:
        lines = _distinct(money, lines)
        options = [
            Option(line.words.split(":")[0], _sets(line), money.total(line.sql))
            for line in lines
        ] + [
            Option(
                f"{one.name}, once an order",
                _sets(Line({"order_amount": one.name}, "", "")),
                _once(money, one),
            )
            for one in wholes
        ]
        reading.ask(
            "amount",
            "the order's total is not the sum of its lines, whatever is added",
            *options,
        )
        return
    best = wholes[0]
    fact = money.evidence.of_the_order(money.keys.order, best)
    why = (
        f"{best.name} is the order's total, on each line or one of them, in "
        f"{fact.agreeing:,} of {fact.rows:,} orders of several lines"
    )
    _whole_without_rest(money, best, wholes, why, our="order_amount")
    if money.quantity is not None:
        reading.take("quantity", money.quantity.name, "by its name")


def _sets(line: Line) -> dict[str, object]:
    """Return what an option of this reading sets, and turns off."""
    ours = ("amount", "order_amount", "quantity", "unit_price")
    return {"transaction_columns": {our: line.columns.get(our) for our in ours}}


def _once(money: Money, one: Column) -> float:
    values = money.of_orders({one.name: money.order_sql(one)})[one.name]
    return float(np.nansum(values))


def _take_row(money: Money, lines: list[Line]) -> None:
    """Take the money of a file with one row an order."""
    amounts = [one for one in lines if "amount" in one.columns]
    if not amounts:
        _take_line(money, lines)
        return
    if "unit_price" in amounts[0].columns:
        _take_line(money, lines)
        return
    columns = [money.table.columns[one.columns["amount"]] for one in amounts]
    columns = [one for one in columns if one.largest > 0 or one.smallest < 0]
    if not columns:
        money.reading.ask("amount", "every amount is 0")
        return
    order = ("subtotal", "order_total", "amount", "line_total", "price")
    columns.sort(key=lambda one: order.index(role(one) or "price"))
    line = next(one for one in lines if one.columns["amount"] == columns[0].name)
    _whole_without_rest(money, columns[0], columns, line.words, our="amount")
    if money.quantity is not None:
        money.reading.take("quantity", money.quantity.name, "by its name")


def _whole_without_rest(
    money: Money, best: Column, wholes: list[Column], why: str, *, our: str
) -> None:
    """Take a total, without the shipping, tax and discounts it can be seen to hold."""
    reading = money.reading
    bases = {one.name: money.order_sql(one) for one in wholes}
    found = _identities(money, wholes, bases)
    found.sort(key=lambda one: len(one.addends))
    informative = [one for one in found if one.addends]
    unnamed = {one.name for one in money.unnamed}
    informative = [
        one for one in informative if not unnamed & {name for name, _ in one.addends}
    ]
    if informative:
        identity = next(
            (one for one in informative
             if role(money.table.columns[one.base]) == "subtotal"), informative[0]
        )  # fmt: skip
        why = f"{identity.words()} in {identity.agreeing:,} of {identity.rows:,} orders"
        signs = {sign for name, sign in identity.addends
                 if role(_column(money, name)) != "discount"}  # fmt: skip
        off = [name for name, sign in identity.addends if sign < 0]
        if signs <= {1} and not off:
            # Goods are what is left when shipping and tax are gone.
            reading.take(our, identity.base, why)
            decide_discount(money, Line({}, money_sql(money, identity.base), why))
            return
        if signs <= {1}:
            _take_part_of_row(money, identity, why, our)
            return
    same = _distinct(
        money, [Line({our: one.name}, str(one.number), one.name) for one in wholes]
    )
    shipping = [one for one in money.with_role("shipping") if one.largest > 0]
    named = {one.name: one for one in wholes}
    reading.take(our, best.name, why)
    if len(same) > 1:
        reading.ask(
            "amount",
            "several columns could be what was paid for goods",
            *(
                Option(one.words, {"transaction_columns": {our: one.words}},
                       _once(money, named[one.words]))
                for one in sorted(same, key=lambda one: one.words != best.name)
            ),
        )  # fmt: skip
    elif shipping and role(best) not in ("subtotal", "line_total", "price"):
        _ask_shipping(money, best, shipping[0])
    decide_discount(money, Line({our: best.name}, str(best.number), why))


def money_sql(money: Money, name: str) -> str:
    """Return SQL for a column's numbers."""
    return str(money.table.columns[name].number)


def _take_part_of_row(money: Money, identity: Identity, why: str, our: str) -> None:
    """Take a total from which shipping, tax and a discount can be told apart."""
    _take_part(money, identity, why, None)
    if our != ("order_amount" if money.has_lines else "amount"):
        raise AssertionError(our)


def _ask_shipping(money: Money, whole: Column, shipping: Column) -> None:
    """Ask whether a total holds the shipping beside it."""
    our = "order_amount" if money.is_of_order(whole) else "amount"
    is_order = money.is_of_order(shipping)
    without = {"transaction_columns": {our: whole.name, "shipping": shipping.name}}
    if is_order:
        without["order_columns"] = ["shipping"]  # type: ignore[assignment]
    total = _once(money, whole)
    money.reading.ask(
        "shipping",
        f"does {whole.name!r} hold {shipping.name!r}? Shipping is no goods",
        Option(f"yes: {shipping.name} comes off", without,
               total - _once(money, shipping)),
        Option("no, or it shall count",
               {"transaction_columns": {our: whole.name, "shipping": None},
                "order_columns": None}, total),
    )  # fmt: skip


def _ask_without_names(money: Money) -> None:
    """Ask which column is money where none is called so; a proven product goes first."""
    candidates = [
        one
        for one in money.unnamed
        if one.largest > 0 and not (one.has_zeros_before or one.longest > 15)
        and one.distinct > 1
    ]  # fmt: skip
    wholes = [
        one
        for one in candidates
        if one.is_whole and one.largest < 10_000 and one.distinct < 0.2 * one.filled
    ]
    if money.quantity is not None:
        wholes = [money.quantity]
    options: list[Option] = []
    for factor in wholes:
        for price in candidates:
            for total in candidates:
                if len({factor.name, price.name, total.name}) == 3 and (
                    not price.is_whole or not total.is_whole
                ) and money.evidence.product(factor, price, total).holds:
                    options.append(Option(
                        f"{total.name} = {factor.name} x {price.name}",
                        {"transaction_columns": {
                            "amount": total.name, "quantity": factor.name,
                            "unit_price": None, "order_amount": None}},
                        money.total(str(total.number)),
                    ))  # fmt: skip
    likely = [one for one in candidates if not one.is_whole] or candidates
    likely.sort(key=lambda one: -_once(money, one))
    for one in likely:
        our = "order_amount" if money.is_of_order(one) else "amount"
        other = "amount" if our == "order_amount" else "order_amount"
        options.append(Option(
            f"{one.name}{', once an order' if our == 'order_amount' else ''}",
            {"transaction_columns": {our: one.name, other: None, "unit_price": None}},
            _once(money, one) if our == "order_amount" else
            money.total(str(one.number)),
        ))  # fmt: skip
        for factor in wholes if our == "amount" else []:
            if factor is not one and factor.largest > 1:
                options.append(Option(
                    f"{factor.name} x {one.name}",
                    {"transaction_columns": {
                        "quantity": factor.name, "unit_price": one.name,
                        "amount": None, "order_amount": None}},
                    money.total(f"{factor.number} * {one.number}"),
                ))  # fmt: skip
    options += _less_options(money, likely)
    money.reading.ask(
        "amount", "no column is called money; these hold numbers", *options[:12]
    )
    _ask_refunds(money, likely)


def _less_options(money: Money, columns: list[Column]) -> list[Option]:
    """Return options of one column less another, where a third is made of both."""
    options = []
    # What is made of all the others is the largest.
    for total in sorted(columns, key=lambda one: -_once(money, one))[:2]:
        for base in columns:
            if base is total:
                continue
            names = {one.name: money.order_sql(one) for one in columns}
            identity = find_identity(
                money.of_orders(names), total=total.name, base=base.name,
                addends=[one for one in names if one not in (total.name, base.name)],
            )  # fmt: skip
            off = [name for name, sign in identity.addends if sign < 0] if identity else []
            if identity is None or len(off) != 1:
                continue
            our = "order_amount" if money.is_of_order(base) else "amount"
            sets: dict[str, object] = {
                "transaction_columns": {
                    our: base.name, "discount": off[0], "unit_price": None,
                    "amount" if our == "order_amount" else "order_amount": None,
                },
                "discount_taken_off": False,
            }  # fmt: skip
            if our == "order_amount":
                sets["order_columns"] = ["discount"]
            if _once(money, money.table.columns[off[0]]) > 0.5 * _once(money, base):
                continue
            less = _once(money, base) - _once(money, money.table.columns[off[0]])
            options.append(Option(f"{base.name} less {off[0]}", sets, less))
    return options[:3]


def _ask_refunds(money: Money, columns: list[Column]) -> None:
    """Ask of a column that is mostly empty, and never negative, if it is paid back."""
    for one in columns:
        if (
            not one.is_whole and one.smallest >= 0 and 1 < one.distinct <= FEW_VALUES
            and not money.reading.columns.get("amount") == one.name
        ):  # fmt: skip
            our = {"transaction_columns": {"shipping": one.name}}
            if money.is_of_order(one):
                our["order_columns"] = ["shipping"]  # type: ignore[assignment]
            money.reading.ask(
                "shipping",
                f"is {one.name!r}, of {one.distinct} values, shipping that the money "
                "holds?",
                Option("no", {"transaction_columns": {"shipping": None}}),
                Option("yes", our),
            )
            continue
        filled = money.table.value("count(*)", f"{one.number} <> 0")
        if one.smallest < 0 or not 0 < filled < 0.5 * money.table.rows:
            continue
        if money.has_lines and not money.is_of_order(one):
            continue
        total = money.total(str(one.number))
        money.reading.ask(
            "refunded_amount",
            f"is {one.name!r}, which is mostly empty ({total:,.2f} in all), money that "
            "was paid back?",
            Option("no", {"transaction_columns": {"refunded_amount": None}}),
            Option("yes", {"transaction_columns": {"refunded_amount": one.name}}),
        )
