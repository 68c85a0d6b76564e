"""Discounts: a rate or money, and taken off already or not."""

from __future__ import annotations

from ..evidence.facts import ENOUGH
from ..roles.hints import tokens
from ..roles.keys import role
from ..roles.reading import Option

# Words of an amount that say a discount is off already.
AFTER = frozenset(
    "net netto paid after charged grand ttc invoice bezahlt payé pagado pagato".split()
)
# Rows from which it shows that a price is lower with a discount, or is not.
MOST, FEW = 0.85, 0.15
# Rows of which a discount takes more than all: then it is no money.
BEYOND_SHARE = 0.005


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
    kinds = _kinds(money, line, off)
    is_after, why, kind = _seen(money, line, off, kinds)
    reading.take("discount", off.name, why)
    if money.is_of_order(off):
        reading.settings.setdefault("order_columns", []).append("discount")
    if is_after:
        # What is off already is described, and nothing is taken off.
        if kind != "money":
            reading.set("discount_kind", kind, f"{off.name} goes up to {off.largest:g}")
        return
    if is_after is False and len(kinds) == 1:
        reading.set("discount_taken_off", False, why)
        if kind != "money":
            reading.set("discount_kind", kind, f"{off.name} goes up to {off.largest:g}")
        return
    total = f"sum({line.sql})"
    options = [
        Option(
            f"{WORDS[one]}, and comes off",
            {"discount_taken_off": False, "discount_kind": one},
            f"{total} - {_taken(money, line, off, one)}",
        )
        for one in kinds
    ]
    if is_after is None:
        words = f"is {off.name!r} off the amounts already?"
        options.insert(
            0,
            Option(
                "yes, amounts are what was paid", {"discount_taken_off": True}, total
            ),
        )
    else:
        words = f"is {off.name!r} money, or a rate? {why}"
    reading.ask("discount", words, *options)


WORDS = {"money": "it is money", "share": "it is a share", "percent": "it is a percent"}


def _taken(money, line, off, kind: str) -> str:
    """Return SQL for what a discount of a kind takes off an order."""
    of_order = kind == "money" and money.is_of_order(off)
    return money.taken_off(off, of_order=of_order, line=line.sql, kind=kind)


def kinds_of(off, *, is_rate: bool) -> list[str]:
    """Return what a discount may be, by its numbers: the likeliest first."""
    largest = max(abs(off.largest), abs(off.smallest))
    if largest < 1:
        # Seven percent may be 7, and 0.07; no rate of 0.2% is written as a percent.
        return ["share"] if is_rate else ["share", "money"]
    if is_rate:
        return ["percent"] if largest > 1 else ["share", "percent"]
    return ["percent", "money"] if off.is_whole and largest <= 100 else ["money"]


def _kinds(money, line, off) -> list[str]:
    words = {"rate", "percent", "pct", "prozent", "percentage"} & set(tokens(off.name))
    kinds = kinds_of(off, is_rate=bool(words) or role(off) == "discount_rate")
    if len(kinds) == 1:
        return kinds
    # Nobody takes off more than all.
    beyond = money.table.value(
        f"avg(case when abs({off.number}) > abs({line.sql}) then 1.0 else 0 end)",
        f"{off.number} <> 0",
    )
    return [one for one in kinds if one != "money" or beyond <= BEYOND_SHARE]


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
                return (
                    True,
                    f"{why} in {fact.agreeing:,} of {fact.rows:,} rows",
                    ("money" if kind == "money_each" else kind),
                )
        fact = evidence.product(quantity, one, amount)
        if fact.holds:
            return (
                False,
                f"the amount is {quantity.name} x {one.name}, before {off.name}",
                kinds[0],
            )
    is_by_line = line.sql and not (amount and money.is_of_order(amount))
    if money.keys.product is not None and is_by_line:
        name = (amount or price or off).name
        facts = [
            (kind, evidence.is_put_back(money.keys.product, quantity, line.sql, off,
                                        kind))
            for kind in ((*kinds, "money_each") if "money" in kinds else kinds)
        ]  # fmt: skip
        kind, fact = max(facts, key=lambda one: abs(2 * one[1].share - 1) * one[1].rows)
        kind = "money" if kind == "money_each" else kind
        if fact.rows >= ENOUGH and fact.share >= MOST:
            return True, f"{name} is lower where there is a discount", kind
        if fact.rows >= ENOUGH and fact.share <= FEW:
            return False, f"{name} is no lower with a discount", kinds[0]
    if amount is not None and (
        AFTER & set(tokens(amount.name)) or role(amount) == "order_total"
    ):
        return True, f"{amount.name} by its name is after discounts", kinds[0]
    return None, "by its name", kinds[0]
