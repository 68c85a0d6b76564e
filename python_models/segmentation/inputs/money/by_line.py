"""Money by line: an amount, or quantity times price; of one piece or of all."""

from __future__ import annotations

from ..evidence.facts import ENOUGH
from ..evidence.table import Column
from ..roles.hints import tokens
from ..roles.keys import role
from ..roles.reading import Option
from .columns import Line, Money
from .discounts import decide_discount

# Share of products from which a price is of one, or of all.
MOST, FEW = 0.9, 0.1
# Totals that differ by less are one reading.
SAME_SHARE = 1e-4


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
                {
                    "amount": total.name,
                    "quantity": quantity.name,
                    "unit_price": price.name,
                },
                str(total.number),
                f"{total.name} = {quantity.name} x {price.name} in {fact.agreeing:,} "
                f"of {fact.rows:,} rows{less}",
            )
        ]
    for one in money.with_role("line_total", "amount", "subtotal", "order_total"):
        if money.is_of_order(one):
            continue
        kind = _kind_of_price(money, one) if is_counted else None
        if kind == "one":
            _ask_price(
                money,
                one,
                f"{one.name!r} does not grow with the quantity, as "
                "the price of one would not",
                first="one",
            )
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
                _ask_price(
                    money,
                    one,
                    f"{one.name!r} grows with the quantity, as the "
                    "price of one would not",
                    first="all",
                )
                return []
            if kind == "all":
                found.append(_amount_line(money, one))
            elif kind == "one" or is_said:
                found.append(_priced_line(money, one))
            else:
                _ask_price(
                    money,
                    one,
                    f"whether {one.name!r} is of one piece or of all "
                    "on the line cannot be told",
                    first="one",
                )
                return []
            break
    elif prices and is_counted and money.has_lines:
        # Prices of lines beside a total that may be the order's.
        found += [
            _priced_line(money, one)
            for one in prices[:1]
            if _kind_of_price(money, one) != "all"
        ]
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
            f": the price is the same whatever the quantity for {fact.agreeing:,} of "
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
                plain = money.evidence.product(quantity, price, total, off)
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
        if role(other) in ("product", "product_name")
        and other not in names
        and other.filled
        and not other.day
    ]
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
            {
                "transaction_columns": {
                    "amount": None,
                    "quantity": quantity.name,
                    "unit_price": one.name,
                }
            },
            f"sum({quantity.number} * {one.number})",
        ),
        "all": Option(
            f"{one.name} as it is",
            {
                "transaction_columns": {
                    "amount": one.name,
                    "quantity": quantity.name,
                    "unit_price": None,
                }
            },
            f"sum({one.number})",
        ),
    }
    chosen = options.pop(first)
    money.reading.ask("amount", words, chosen, *options.values())


def take_line(money: Money, line: Line) -> None:
    for our, name in line.columns.items():
        money.reading.take(our, name, "" if our != "amount" else line.words)
    if "amount" not in line.columns:
        money.reading.evidence["unit_price"] = line.words
    decide_discount(money, line)


def take_one_line(money: Money, lines: list[Line]) -> None:
    """Take one of several readings by line, or ask."""
    distinct = different_lines(money, lines)
    if len(distinct) == 1:
        take_line(money, distinct[0])
        return
    best = _preferred(distinct)
    money.reading.ask(
        "amount",
        "several columns could be what was paid for the line",
        *(
            Option(
                " x ".join(
                    one.columns.get(our, "") for our in ("quantity", "unit_price")
                )
                if "amount" not in one.columns
                else one.columns["amount"],
                line_sets(one),
                f"sum({one.sql})",
            )
            for one in [best, *(one for one in distinct if one is not best)]
        ),
    )


def _preferred(lines: list[Line]) -> Line:
    net = [
        one
        for one in lines
        if {"net", "netto"} & set(tokens(one.columns.get("amount", "")))
    ]
    return (net or lines)[0]


def different_lines(money: Money, lines: list[Line]) -> list[Line]:
    found: list[Line] = []
    totals: list[float] = []
    for one in lines:
        total = money.total(one.sql)
        if not any(abs(total - other) <= SAME_SHARE * abs(other) for other in totals):
            found.append(one)
            totals.append(total)
    return found


def line_sets(line: Line) -> dict[str, object]:
    """Return what an option of this reading sets, and turns off."""
    ours = ("amount", "order_amount", "quantity", "unit_price")
    return {"transaction_columns": {our: line.columns.get(our) for our in ours}}
