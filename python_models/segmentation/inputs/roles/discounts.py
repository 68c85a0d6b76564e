"""Discounts: a rate or money, and taken off already or not."""

from __future__ import annotations

from ..evidence.facts import ENOUGH
from .hints import tokens
from .keys import role
from .reading import Option

# Words of an amount that say a discount is off already.
AFTER = frozenset(
    "net netto paid after charged grand ttc invoice bezahlt payé pagado pagato".split()
)
# Products from which it shows that a price is lower with a discount, or is not.
MOST, FEW = 0.85, 0.15


def decide_discount(money, line) -> None:
    """Map a discount as what it is; ask where it cannot be told if it is off."""
    reading = money.reading
    if "discount" in reading.columns:
        return
    found = [
        one
        for one in money.with_role("discount", "discount_rate")
        if one.largest != 0 or one.smallest != 0
    ]
    if not found:
        return
    off = found[0]
    kinds = _kinds(off)
    is_after, why, kind = _seen(money, line, off, kinds)
    reading.take("discount", off.name, why)
    if kind != "money":
        reading.set("discount_kind", kind, f"{off.name} goes up to {off.largest:g}")
    if money.is_of_order(off):
        reading.settings.setdefault("order_columns", []).append("discount")
    if is_after is None:
        total = money.total(line.sql)
        rate = {"share": "abs({d})", "percent": "abs({d}) / 100"}
        less = (
            f"abs({off.number})"
            if kind == "money"
            else f"{line.sql} * {rate[kind].format(d=off.number)}"
        )
        taken = (
            sum(
                abs(value)
                for value in money.of_orders({"d": money.order_sql(off)})["d"]
                if value == value
            )
            if money.is_of_order(off)
            else money.total(less)
        )
        reading.ask(
            "discount",
            f"is {off.name!r} off the amounts already?",
            Option("yes, amounts are what was paid", {"discount_taken_off": True}, total),
            Option("no, it comes off", {"discount_taken_off": False}, total - taken),
        )
    elif not is_after:
        reading.set("discount_taken_off", False, why)


def _kinds(off) -> list[str]:
    largest = max(abs(off.largest), abs(off.smallest))
    words = set(tokens(off.name))
    is_rate = role(off) == "discount_rate" or bool(
        words & {"rate", "percent", "pct", "prozent", "percentage"}
    )
    if largest <= 1 and not (off.is_whole and not is_rate):
        return ["share", "money"] if not is_rate else ["share", "percent"]
    if is_rate:
        return ["percent"]
    return ["money", "percent"] if off.is_whole and largest <= 100 else ["money"]


def _seen(money, line, off, kinds) -> tuple[bool | None, str, str]:
    """Return whether amounts are after the discount, why, and what kind it is."""
    evidence, quantity = money.evidence, money.quantity
    columns = money.table.columns
    price = columns.get(line.columns.get("unit_price", ""))
    amount = columns.get(
        line.columns.get("amount") or line.columns.get("order_amount") or ""
    )
    # A price beside an amount may not have been needed to read it.
    prices = [price] if price else money.with_role("unit_price", "price")
    for one in prices if quantity is not None and amount is not None else []:
        if one is amount:
            continue
        for kind in (*kinds, "money_each") if "money" in kinds else kinds:
            fact = evidence.discounted(quantity, one, off, amount, kind)
            if fact.holds:
                why = f"the amount is {quantity.name} x {one.name} less {off.name}"
                return True, f"{why} in {fact.agreeing:,} of {fact.rows:,} rows", (
                    "money" if kind == "money_each" else kind
                )  # fmt: skip
        fact = evidence.product(quantity, one, amount)
        if fact.holds:
            return (
                False,
                f"the amount is {quantity.name} x {one.name}, before {off.name}",
                kinds[0],
            )
    wanted = amount or price
    if money.keys.product is not None and wanted is not None:
        factor = quantity if amount is not None else None
        for kind in kinds:
            fact = evidence.discount_shows(
                money.keys.product, factor, wanted, off, kind
            )
            if fact.rows >= ENOUGH and fact.share >= MOST:
                return True, f"{wanted.name} is lower where there is a discount", kind
            if fact.rows >= ENOUGH and fact.share <= FEW:
                return False, f"{wanted.name} is no lower with a discount", kind
    if amount is not None and (
        AFTER & set(tokens(amount.name)) or role(amount) == "order_total"
    ):
        return True, f"{amount.name} by its name is after discounts", kinds[0]
    return None, "by its name", kinds[0]
