"""The money that a mapping gives, and whether the numbers contradict it."""

from __future__ import annotations

from collections.abc import Mapping

from ..columns import NUMBERS
from ..evidence.facts import Evidence
from ..evidence.table import ENOUGH_ROWS, Column
from ..money.columns import Money
from ..money.decision import decide_money
from .keys import Keys
from .reading import Option, Reading


def line_sql(columns: Mapping[str, Column], mapping: Mapping[str, object]) -> str:
    """Return SQL for the money of a line as it is mapped, or ''."""
    found = {our: columns.get(str(name)) for our, name in mapping.items()}
    for our in ("amount", "order_amount"):
        if found.get(our) is not None and found[our].number:  # type: ignore[union-attr]
            amount = found[our].number  # type: ignore[union-attr]
            return f"coalesce({amount}, 0)"
    quantity, price = found.get("quantity"), found.get("unit_price")
    if quantity is not None and price is not None and quantity.number and price.number:
        return f"coalesce({quantity.number} * {price.number}, 0)"
    return ""


def money_total(money: Money, mapping: Mapping, settings: Mapping) -> str:
    """Return SQL for what a mapping gives of one order's lines, before statuses."""
    columns = money.table.columns
    of_order = set(settings.get("order_columns") or [])
    line = line_sql(columns, mapping) or "0"
    total = f"coalesce(sum({line}), 0)"
    if mapping.get("order_amount"):
        total = f"any_value({columns[str(mapping['order_amount'])].number})"
        if money.keys.order is not None:
            total = money.known(total)
    for our in ("shipping", "tax", "discount"):
        one = columns.get(str(mapping.get(our)))
        if one is None or not one.number:
            continue
        if our == "discount" and settings.get("discount_taken_off", True):
            continue
        kind = settings.get("discount_kind", "money") if our == "discount" else "money"
        is_once = our in of_order and money.keys.order is not None
        taken = money.taken_off(one, of_order=is_once, line=line, kind=str(kind))
        total += f" - {taken}"
    return total


def check_money(
    evidence: Evidence, keys: Keys, reading: Reading, given: Mapping, settings: Mapping
) -> None:
    """Ask where numbers contradict the money that is mapped."""
    money_given = {our: given[our] for our in NUMBERS if given.get(our)}
    if evidence.table.rows < ENOUGH_ROWS:
        return
    free = Reading()
    money = Money(evidence, keys, free)
    decide_money(money)
    if not free.columns or any(one.code == "discount" for one in free.questions):
        return
    ours = money_total(money, money_given, settings)
    seen = money_total(money, free.columns, free.settings)
    asked = [
        option.total
        for question in free.questions
        for option in question.options
        if option.total is not None
    ]
    own, *others = evidence.table.add_up([ours, seen, *asked], keys.order)
    if any(abs(own - other) <= 1e-3 * max(abs(other), 1) for other in others):
        return
    why = next(
        (
            free.evidence[our]
            for our in ("amount", "unit_price", "order_amount")
            if free.evidence.get(our) and our in free.columns
        ),
        "",
    )
    is_proven = any(free.questions) or any(
        word in why for word in ("products", "rows", "orders")
    )
    if not is_proven:
        return
    said = ", ".join(f"{our}: {name}" for our, name in money_given.items())
    columns = {
        our: free.columns.get(our)
        for our in NUMBERS
        if our in free.columns or our in money_given
    }
    other = ", ".join(f"{our}: {name}" for our, name in columns.items() if name)
    reading.ask(
        "amount",
        f"the numbers contradict {said}"
        + (f": {why}" if why else f": {free.questions[0].words}"),
        Option(said, {}, ours),
        Option(other, {"transaction_columns": columns, **free.settings}, seen),
    )
