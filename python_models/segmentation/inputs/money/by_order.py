"""Money by order: once an order, without what is no goods."""

from __future__ import annotations

from ..evidence.facts import SURE
from ..evidence.identities import Identity
from ..evidence.table import Column
from ..roles.keys import role
from ..roles.reading import Option
from .by_line import different_lines, line_sets, take_line, take_one_line
from .columns import Line, Money
from .discounts import decide_discount
from .sums import EACH, column_of, identities


def is_whole(line: Line, wholes: list[Column]) -> bool:
    return any(
        line.columns.get("amount") == one.name
        or line.columns.get("unit_price") == one.name
        for one in wholes
    )


def explained(money: Money, lines: list[Line], wholes: list[Column]) -> bool:
    """Take the lines where an order's total is their sum, with what else is in it."""
    bases = {line.words: f"sum({line.sql})" for line in lines}
    for identity in sorted(
        identities(money, wholes, bases), key=lambda one: len(one.addends)
    ):
        line = next(one for one in lines if one.words == identity.base)
        off = [
            name
            for name, sign in identity.addends
            if role(column_of(money, name)) not in ("shipping", "tax") or sign < 0
        ]
        shown = Identity(identity.total, "lines", identity.addends, 0, 0).words()
        why = (
            f"{line.words}; {shown} in {identity.agreeing:,} of "
            f"{identity.rows:,} orders"
        )
        if not off:
            take_line(money, Line(line.columns, line.sql, why))
            return True
        if all(role(column_of(money, name)) == "discount" for name in off):
            _take_part(money, identity, why, line)
            return True
    return False


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
        one, is_each = column_of(money, name), name.endswith(EACH)
        name = one.name
        if sign > 0 and role(one) in ("shipping", "tax"):
            reading.take(str(role(one)), name, f"in {identity.total}, and not goods")
            if money.is_of_order(one) and not is_each:
                reading.settings.setdefault("order_columns", []).append(role(one))
        elif sign < 0 and role(one) == "discount" and "discount" not in reading.columns:
            reading.take("discount", name, f"taken off in {identity.total}")
            if money.is_of_order(one) and not is_each:
                reading.settings.setdefault("order_columns", []).append("discount")


def take_whole(money: Money, wholes: list[Column], lines: list[Line]) -> None:
    """Take the order's total, once an order."""
    reading = money.reading
    if lines:
        lines = different_lines(money, lines)
        options = [
            Option(line.words.split(":")[0], line_sets(line), f"sum({line.sql})")
            for line in lines
        ] + [
            Option(
                f"{one.name}, once an order",
                line_sets(Line({"order_amount": one.name}, "", "")),
                money.whole_total(one),
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


def take_row(money: Money, lines: list[Line]) -> None:
    """Take the money of a file with one row an order."""
    amounts = [one for one in lines if "amount" in one.columns]
    if not amounts:
        take_one_line(money, lines)
        return
    if "unit_price" in amounts[0].columns:
        take_one_line(money, lines)
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
    found = identities(money, wholes, bases)
    found.sort(key=lambda one: len(one.addends))
    informative = [one for one in found if one.addends]
    unnamed = {one.name for one in money.unnamed}
    informative = [
        one for one in informative if not unnamed & {name for name, _ in one.addends}
    ]
    if informative:
        identity = next(
            (
                one
                for one in informative
                if role(money.table.columns[one.base]) == "subtotal"
            ),
            informative[0],
        )
        why = f"{identity.words()} in {identity.agreeing:,} of {identity.rows:,} orders"
        signs = {
            sign
            for name, sign in identity.addends
            if role(column_of(money, name)) != "discount"
        }
        off = [name for name, sign in identity.addends if sign < 0]
        if signs <= {1} and not off:
            # Goods are what is left when shipping and tax are gone.
            reading.take(our, identity.base, why)
            decide_discount(
                money, Line({}, str(money.table.columns[identity.base].number), why)
            )
            return
        if signs <= {1}:
            _take_part(money, identity, why, None)
            return
    same = different_lines(
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
                Option(
                    one.words,
                    {"transaction_columns": {our: one.words}},
                    money.whole_total(named[one.words]),
                )
                for one in sorted(same, key=lambda one: one.words != best.name)
            ),
        )
    elif shipping and role(best) not in ("subtotal", "line_total", "price"):
        _ask_shipping(money, best, shipping[0])
    decide_discount(money, Line({our: best.name}, str(best.number), why))


def _ask_shipping(money: Money, whole: Column, shipping: Column) -> None:
    """Ask whether a total holds the shipping beside it."""
    our = "order_amount" if money.is_of_order(whole) else "amount"
    without = {"transaction_columns": {our: whole.name, "shipping": shipping.name}}
    if money.is_of_order(shipping):
        without["order_columns"] = ["shipping"]  # type: ignore[assignment]
    fact = money.evidence.repeats_without(
        money.keys.order if money.has_lines else None, whole, shipping
    )
    shown = (
        f"{fact.agreeing:,} of {fact.rows:,} totals that recur are the same without it"
    )
    if fact.vote > SURE:
        money.reading.apply(without)
        money.reading.evidence["shipping"] = f"in {whole.name}, no goods: {shown}"
        return
    if fact.vote < -SURE:
        money.reading.notes.append(f"{shipping.name} is not in {whole.name}: {shown}")
        return
    total = money.whole_total(whole)
    money.reading.ask(
        "shipping",
        f"does {whole.name!r} hold {shipping.name!r}? Shipping is no goods",
        Option(
            f"yes: {shipping.name} comes off",
            without,
            f"{total} - {money.whole_total(shipping)}",
        ),
        Option(
            "no, or it shall count",
            {
                "transaction_columns": {our: whole.name, "shipping": None},
                "order_columns": None,
            },
            total,
        ),
    )
